"""Visual question answering."""

from scanpath.tasks.vqa.batch import VQABatch as VQABatch
from scanpath.tasks.vqa.objective import VQAObjective as VQAObjective
from scanpath.tasks.vqa.prior import prior_records as prior_records
from scanpath.tasks.vqa.settings import ModelSettings as ModelSettings, VQASettings as VQASettings
from scanpath.tasks.vqa.task import VQATask as VQATask
