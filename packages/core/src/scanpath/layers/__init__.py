"""Parts of a model around its attention: question encoders, fusions, classifiers, region layers, a small CNN."""

from scanpath.layers.classifier import Classifier as Classifier
from scanpath.layers.cnn import SmallCNN as SmallCNN
from scanpath.layers.fusion import (
    FUSIONS as FUSIONS,
    Add as Add,
    Concat as Concat,
    Context as Context,
    Fusion as Fusion,
    Hadamard as Hadamard,
    create_fusion as create_fusion,
)
from scanpath.layers.questions import QuestionEncoder as QuestionEncoder
from scanpath.layers.regions import RegionLayers as RegionLayers, append_coordinates as append_coordinates
