"""One picture and one question: the answer, how sure the model is, and where it looked; and models to give away.

A classifier is asked nothing: it tells the class of a picture in the same way.
"""

from scanpath.predict.classifier import Classifier as Classifier, is_classifier as is_classifier
from scanpath.predict.model import Model as Model, load_run as load_run, predict as predict
from scanpath.predict.prediction import Prediction as Prediction
