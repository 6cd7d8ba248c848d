"""What the package brings: names and addresses, no imports of it."""

from __future__ import annotations

from scanpath.method import Method

METHOD = Method(
    name="han",
    paper=(
        "Learning Visual Question Answering by Bootstrapping Hard Attention, Mateusz Malinowski, Carl Doersch, "
        "Adam Santoro and Peter Battaglia, ECCV 2018, https://arxiv.org/abs/1808.00300"
    ),
    attentions={
        "adaptive_hard": "scanpath_han.adaptive_hard:AdaptiveHardAttention",
        "hard": "scanpath_han.hard:HardAttention",
        "straight_through": "scanpath_han.straight_through:StraightThroughAttention",
    },
    datasets={"sort-of-clevr": "scanpath_han.data.sort_of_clevr.dataset:SortOfCLEVR"},
    backbones={"sort_of_clevr_cnn": "scanpath_han.data.sort_of_clevr.backbone:BACKBONE"},
    benches={"skipping": "scanpath_han.bench:skipping"},
    tables="scanpath_han.experiments",
)
