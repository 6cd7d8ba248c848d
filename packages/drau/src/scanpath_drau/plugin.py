"""What the package brings: names and addresses, no imports of it."""

from __future__ import annotations

from scanpath.method import Method

METHOD = Method(
    name="drau",
    paper=(
        "Dual Recurrent Attention Units for Visual Question Answering, Ahmed Osman and Wojciech Samek, 2018, "
        "https://arxiv.org/abs/1802.00209"
    ),
    scorers={"recurrent": "scanpath_drau.recurrent:RecurrentScorer"},
    attentions={"rvau": "scanpath_drau.rvau:RVAU"},
    co_attentions={"dual_recurrent": "scanpath_drau.dual:DualRecurrentAttention"},
    benches={"units": "scanpath_drau.bench:units"},
    hosts={"drau": "scanpath_drau.hosts:drau", "joint_lstm": "scanpath_drau.hosts:joint_lstm"},
    recipes="scanpath_drau.recipes",
    tables="scanpath_drau.experiments",
)
