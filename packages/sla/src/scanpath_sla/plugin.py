"""What the package brings: names and addresses, no imports of it."""

from __future__ import annotations

from scanpath.method import Method

METHOD = Method(
    name="sla",
    paper=(
        "Stacked Latent Attention for Multimodal Reasoning, Haoqi Fan and Jiatong Zhou, CVPR 2018, "
        "https://openaccess.thecvf.com/content_cvpr_2018/html/Fan_Stacked_Latent_Attention_CVPR_2018_paper.html"
    ),
    attentions={
        "stacked": "scanpath_sla.stacked:StackedAttention",
        "stacked_latent": "scanpath_sla.stacked_latent:StackedLatentAttention",
        "standard": "scanpath_sla.standard:StandardAttention",
    },
    co_attentions={"twin_stream": "scanpath_sla.twin_stream:TwinStream"},
    captioners={"review_net": "scanpath_sla.hosts.review_net:review_net"},
    hosts={"sla": "scanpath_sla.hosts.sla:sla"},
    benches={"captions": "scanpath_sla.bench.captions:captions", "stacking": "scanpath_sla.bench:stacking"},
    recipes="scanpath_sla.recipes",
    tables="scanpath_sla.experiments",
)
