"""The premise of HAN as a measurement: does the norm of a cell's features tell where something worth looking at is?

::

    python -m scanpath_han.premise RUN RUN --data scenes --json results/han/premise.json

Source: the paper's Fig. 1 and sec. 3.1, which take it from what was seen in networks that had learnt ImageNet. Here it
is an area under the ROC curve in every picture, of networks that have learnt nothing, features alone, or the task.
"""
