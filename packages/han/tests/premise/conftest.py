"""A few pictures of Sort-of-CLEVR with their masks, and networks that cost nothing."""

from __future__ import annotations

import pytest

from scanpath.tasks.vqa.settings import VQASettings
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath_han.data.sort_of_clevr.dataset import SortOfCLEVR
from scanpath_han.premise.measuring import read_subject
from scanpath_han.premise.networks import Network


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """The folder of a data set with 3 training, 2 validation and 13 test pictures, 2 * 3 questions each."""
    root = tmp_path_factory.mktemp("data")
    SortOfCLEVR(root).make(workers=1, images=3, val_images=2, test_images=13, questions=3)
    return root


@pytest.fixture(scope="session")
def subject(world):
    """11 of the 13 pictures: a batch of ten, and one of one."""
    return read_subject(SortOfCLEVR(world).open("test"), 11)


@pytest.fixture(scope="session")
def words(subject):
    """The words of those questions."""
    return Vocabularies.build(subject.split, VQASettings())


@pytest.fixture(scope="session")
def nothing():
    """A network of features alone."""
    return Network(None, None, "")
