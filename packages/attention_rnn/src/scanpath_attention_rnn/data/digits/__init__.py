"""Coloured MNIST digits on black, among distractors, or on photographs: MREF, MDIST, MBG and two that the paper adds.

Source: Seo et al., "Progressive Attention Networks for Visual Attribute Prediction", BMVC 2018,
https://arxiv.org/abs/1606.02393, in the numbers of the generator that its authors published for MDIST
(https://github.com/phseo/PAN); Khandelwal and Sigal, ICCV 2019, section 4.1, for MBG^inv and MBG^b. A question is one
word, the digit, and its answer the colour; in MBG^inv the other way round. Questions and scenes are in CLEVR's form.

Where the two are unclear or differ:

* 30,000, 10,000 and 10,000 count questions, as the published generator does, not pictures; a picture has one question
  for each of its five to nine digits. Here the splits never share a picture.
* MDIST's ground are the generator's 17 scraps of digits; ``background="gaussian"`` takes noise instead, as the second
  paper's words have it, of a deviation that no paper tells.
* A digit that finds no room is drawn at another scale, as the generator does, so small ones are most: of MREF's 71 %
  are below 1.0 and 3 % above 2.5.
* MBG^inv asks for colours that only one digit of the picture has, so that there is one answer.
* MBG^b has 224x224 pixels, and digits of the same scales as the others.
* Digits of equal seeds are the same in MREF, MDIST and MBG, so that these differ in their ground alone.
"""

from scanpath_attention_rnn.data.digits.options import (
    DigitsOptions as DigitsOptions,
    DistractorOptions as DistractorOptions,
    PhotographOptions as PhotographOptions,
)
from scanpath_attention_rnn.data.digits.questions import INTERVALS as INTERVALS
from scanpath_attention_rnn.data.digits.world import COLORS as COLORS
