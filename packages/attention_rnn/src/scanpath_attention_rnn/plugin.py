"""What the package brings: names and addresses, no imports of it."""

from __future__ import annotations

from scanpath.method import Method

_DIGITS = "scanpath_attention_rnn.data.digits.dataset:"

METHOD = Method(
    name="attention_rnn",
    paper=(
        "AttentionRNN: A Structured Spatial Attention Mechanism, Siddhesh Khandelwal and Leonid Sigal, ICCV 2019, "
        "https://arxiv.org/abs/1905.09400"
    ),
    scorers={
        "attention_rnn": "scanpath_attention_rnn.attention_rnn:AttentionRNN",
        "block_attention_rnn": "scanpath_attention_rnn.block:BlockAttentionRNN",
        "cbam_gate": "scanpath_attention_rnn.cbam:CBAMGate",
        "global_map": "scanpath_attention_rnn.global_map:GlobalScorer",
        "pooled_channels": "scanpath_attention_rnn.cbam:PooledChannels",
    },
    hosts={"progressive": "scanpath_attention_rnn.hosts.progressive:progressive"},
    classifiers={"cbam_resnet18": "scanpath_attention_rnn.hosts.cbam_resnet18:cbam_resnet18"},
    datasets={
        "mref": _DIGITS + "MREF",
        "mref-inverse": _DIGITS + "MREFInverse",
        "mdist": _DIGITS + "MDIST",
        "mbg": _DIGITS + "MBG",
        "mbg-inverse": _DIGITS + "MBGInverse",
        "mbg-big": _DIGITS + "MBGBig",
    },
    labelled={
        "faces": "scanpath_attention_rnn.data.faces.dataset:Faces",
        "scene-objects": "scanpath_attention_rnn.data.scene_objects.dataset:SceneObjects",
    },
    tasks={"editing": "scanpath_attention_rnn.tasks.editing:EditingTask"},
    kernels={"attention_rnn-triton": "scanpath_attention_rnn.launching:KERNEL"},
    benches={"structure": "scanpath_attention_rnn.bench:structure"},
    recipes="scanpath_attention_rnn.recipes",
    tables="scanpath_attention_rnn.experiments",
)
