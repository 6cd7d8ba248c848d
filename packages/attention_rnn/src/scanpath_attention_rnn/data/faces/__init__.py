"""Drawn faces in CelebA's form: hair colour, gender and smile, and the true place of the hair."""

from scanpath_attention_rnn.data.faces.dataset import Faces as Faces
from scanpath_attention_rnn.data.faces.options import FacesOptions as FacesOptions
