"""The contract of a mechanism as checks that anybody can run on their own: plain functions, no pytest needed.

::

    from scanpath.testing import check_attention

    def test_the_contract():
        check_attention(MyAttention)

Each raises :class:`ContractError`, an ``AssertionError`` of one sentence that says what is wrong, where, and what to
do. The contract itself stands in ``docs/architecture.md``.

Not imported with these, since they bring what trains: :mod:`scanpath.testing.recipes` takes a recipe through training
on small official files, :mod:`scanpath.testing.tables` counts what tables hold, and :mod:`scanpath.testing.files` has
the files: VQA v2 typed by hand, and writers in the forms of MNIST, COCO, Visual Genome and bottom-up features.
"""

from scanpath.testing.mechanisms import check_attention, check_co_attention, check_scorer
from scanpath.testing.methods import check_method
from scanpath.testing.subject import ContractError

__all__ = ["ContractError", "check_attention", "check_co_attention", "check_method", "check_scorer"]
