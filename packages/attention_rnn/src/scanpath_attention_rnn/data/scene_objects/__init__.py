"""Pictures of 32 x 32 with an object of *Scenes* among smaller ones, in the files of CIFAR-100: table 4 at small scale.

Twenty classes, five shapes in four colours; the shape is the group (``coarse``). Place, size, turn, ground and light
differ from picture to picture, and light has a colour and falls off to a side, so that no pixel's colour tells. Up to
three smaller objects of any shape and colour lie about: the largest is asked for.
"""
