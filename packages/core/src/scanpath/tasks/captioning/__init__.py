"""Describing pictures in words."""

from scanpath.tasks.captioning.batch import CaptionBatch as CaptionBatch
from scanpath.tasks.captioning.objective import CaptionObjective as CaptionObjective
from scanpath.tasks.captioning.settings import CaptionSettings as CaptionSettings, ModelSettings as ModelSettings
from scanpath.tasks.captioning.task import CaptioningTask as CaptioningTask
