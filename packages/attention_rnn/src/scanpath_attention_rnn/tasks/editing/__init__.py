"""Faces edited attribute by attribute: hair colour, gender, smile."""

from scanpath_attention_rnn.tasks.editing.batch import EditingBatch as EditingBatch
from scanpath_attention_rnn.tasks.editing.objective import EditingObjective as EditingObjective
from scanpath_attention_rnn.tasks.editing.settings import EditingSettings as EditingSettings
from scanpath_attention_rnn.tasks.editing.task import EditingTask as EditingTask
