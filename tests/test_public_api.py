"""The public names, pinned: adding one is a decision, and removing one breaks somebody."""

from __future__ import annotations

import ast
import importlib
import inspect

import pytest

import scanpath

PUBLIC = {
    "scanpath": """
        Attended Attention CoAttended CoAttention Method Model Output Prediction Question ScanpathError Scorer
        __version__ create_attention create_co_attention create_scorer list_attentions load_run
    """,
    "scanpath.attention": """
        AdditiveScorer AffinityCoAttention BiLSTM ChannelAttention Contextual ConvScorer DotScorer Fused
        IndependentCoAttention JointConditioning LayerwiseAttention MeanPooling MultiHopAttention SelfAttention
        SoftAttention SumPooling TransformerAttention create_attention create_co_attention create_scorer list_attentions
        list_co_attentions list_scorers local single_hop
    """,
    "scanpath.types": """
        Attended Attention AttentionFactory Axis BatchSampler Batches CoAttended CoAttention CoAttentionFactory Kind
        Objective Output Question Record Scorer Task
    """,
    "scanpath.predict": "Classifier Model Prediction is_classifier load_run predict",
    "scanpath.testing": "ContractError check_attention check_co_attention check_method check_scorer",
    "scanpath.errors": """
        BusyError ConfigError DataError Interrupted MissingExtraError RunError ScanpathError ShapeError UnknownNameError
        missing_extra near
    """,
}


def public_names(name: str) -> set[str]:
    """Return ``__all__``, or else what a module defines or re-exports as itself, without the underscored."""
    module = importlib.import_module(name)
    if hasattr(module, "__all__"):
        return set(module.__all__)
    tree = ast.parse(inspect.getsource(module))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names if alias.asname == alias.name}
    return {one for one in found if not one.startswith("_")}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names(module):
    assert public_names(module) == set(PUBLIC[module].split())


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_is_there(module):
    for name in PUBLIC[module].split():
        assert getattr(importlib.import_module(module), name) is not None


def test_lazy_names_are_their_homes():
    for name, home in scanpath._HOMES.items():
        assert getattr(scanpath, name) is getattr(importlib.import_module(home), name)
    assert dir(scanpath) == sorted(scanpath.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'scanpath' has no attribute 'create_atention'"):
        scanpath.create_atention  # noqa: B018 - asking is the test


def test_lazy_homes_are_what_type_checkers_read():
    """The table of homes and the block under TYPE_CHECKING say the same."""
    tree = ast.parse(inspect.getsource(scanpath))
    (block,) = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    read = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert read == scanpath._HOMES
