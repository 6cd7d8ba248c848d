"""One picture and one question: the answer, how sure the model is, and where it looked; and models to give away."""

from scanpath.predict.model import Model as Model, load_run as load_run, predict as predict
from scanpath.predict.prediction import Prediction as Prediction
