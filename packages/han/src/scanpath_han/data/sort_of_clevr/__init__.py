"""Sort-of-CLEVR: six coloured shapes a picture, half of the questions about pairs of them.

Source: Santoro et al., "A simple neural network module for relational reasoning", NeurIPS 2017,
https://arxiv.org/abs/1706.01427, in the numbers of its widely used public recipe: 75x75 pixels, 9,800 pictures to train
and 200 to test, ten relational and ten other questions a picture. Here 200 of the 9,800 are held out as val, and the
questions are words in CLEVR's form; :func:`question_code` gives the original code of 11 bits.
"""

from scanpath_han.data.sort_of_clevr.options import SortOfCLEVROptions as SortOfCLEVROptions
from scanpath_han.data.sort_of_clevr.questions import ANSWERS as ANSWERS, question_code as question_code
