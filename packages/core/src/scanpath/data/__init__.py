"""Data sets: official formats read and written, a generated world, and what turns text into numbers.

Nothing here imports torch, so that the processes which draw a world start quickly.
"""

from scanpath.data.catalogue import (
    dataset_checksum as dataset_checksum,
    dataset_names as dataset_names,
    make_dataset as make_dataset,
    open_split as open_split,
)
from scanpath.data.split import VQAAnnotations as VQAAnnotations, VQASplit as VQASplit
