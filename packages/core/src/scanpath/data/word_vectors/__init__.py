"""Word vectors that others made, such as GloVe: read from text, zip archives and npz, never from a pickle."""

from scanpath.data.word_vectors.gathering import WordVectors as WordVectors
from scanpath.data.word_vectors.reading import (
    read_word_vectors as read_word_vectors,
    width_of_vectors as width_of_vectors,
)
