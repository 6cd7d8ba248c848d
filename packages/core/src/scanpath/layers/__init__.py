"""Parts of a model around its attention: question encoders, fusions, classifiers, region layers, a small CNN."""

from scanpath.layers.classifier import Classifier as Classifier
from scanpath.layers.cnn import SmallCNN as SmallCNN
from scanpath.layers.fusion import FUSIONS as FUSIONS, Fusion as Fusion, create_fusion as create_fusion
from scanpath.layers.fusions.mcb import MCB as MCB
from scanpath.layers.fusions.mlb import MLB as MLB
from scanpath.layers.fusions.mutan import Mutan as Mutan
from scanpath.layers.fusions.simple import (
    Add as Add,
    Concat as Concat,
    Context as Context,
    Hadamard as Hadamard,
)
from scanpath.layers.questions import QuestionEncoder as QuestionEncoder
from scanpath.layers.recurrence import run_over_real as run_over_real, run_recurrence as run_recurrence
from scanpath.layers.regions import RegionLayers as RegionLayers, append_coordinates as append_coordinates
