"""Pictures and their classes."""

from scanpath.tasks.classification.batch import PictureBatch as PictureBatch
from scanpath.tasks.classification.objective import ClassificationObjective as ClassificationObjective
from scanpath.tasks.classification.settings import (
    ClassificationSettings as ClassificationSettings,
    ModelSettings as ModelSettings,
)
from scanpath.tasks.classification.task import ClassificationTask as ClassificationTask
