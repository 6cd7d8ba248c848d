"""What the core brings, registered the way every other package registers: names and addresses, no imports."""

from __future__ import annotations

from scanpath.method import Method

METHOD = Method(
    name="core",
    paper=(
        "May I have your attention please? (blog post on attention in visual question answering); "
        "Stacked Attention Networks for Image Question Answering, Yang, He, Gao, Deng, Smola, CVPR 2016, "
        "https://arxiv.org/abs/1511.02274"
    ),
    scorers={
        "additive": "scanpath.attention.scorers.additive:AdditiveScorer",
        "conv": "scanpath.attention.scorers.conv:ConvScorer",
        "dot": "scanpath.attention.scorers.dot:DotScorer",
        "local": "scanpath.attention.scorers.conv:local",
    },
    attentions={
        "bilstm": "scanpath.attention.encoders.bilstm:bilstm",
        "channel": "scanpath.attention.encoders.channel:channel",
        "layerwise": "scanpath.attention.layerwise:layerwise",
        "mean": "scanpath.attention.none:MeanPooling",
        "multi_hop": "scanpath.attention.multi_hop:MultiHopAttention",
        "self_attention": "scanpath.attention.encoders.self_attention:self_attention",
        "single_hop": "scanpath.attention.single_hop:single_hop",
        "sum": "scanpath.attention.none:SumPooling",
        "transformer": "scanpath.attention.transformer:TransformerAttention",
    },
    co_attentions={
        "affinity": "scanpath.attention.affinity:AffinityCoAttention",
        "independent": "scanpath.attention.creation:independent",
        "joint_conditioning": "scanpath.attention.joint_conditioning:JointConditioning",
    },
    hosts={
        "canonical": "scanpath.hosts.canonical:canonical",
        "kazemi": "scanpath.hosts.kazemi:kazemi",
        "mcb": "scanpath.hosts.mcb:mcb",
        "mutan": "scanpath.hosts.mutan:mutan",
    },
    datasets={
        "scenes": "scanpath.data.scenes.dataset:ScenesData",
        "scenes-cp": "scanpath.data.scenes.dataset:ChangingPriors",
        "easy-vqa": "scanpath.data.easy_vqa:EasyVQA",
        "clevr": "scanpath.data.clevr:CLEVR",
        "vqa1": "scanpath.data.vqa_official:VQA1",
        "vqa1-genome": "scanpath.data.vqa_genome:Genome1",
        "vqa1-genome-apart": "scanpath.data.vqa_genome:GenomeApart1",
        "vqa1-trainval": "scanpath.data.vqa_official:TrainVal1",
        "vqa1-trainval-genome": "scanpath.data.vqa_genome:TrainValGenome1",
        "vqa2": "scanpath.data.vqa_official:VQA2",
        "vqa2-genome": "scanpath.data.vqa_genome:Genome2",
        "vqa2-genome-apart": "scanpath.data.vqa_genome:GenomeApart2",
        "vqa2-trainval": "scanpath.data.vqa_official:TrainVal2",
        "vqa2-trainval-genome": "scanpath.data.vqa_genome:TrainValGenome2",
        "vqa-cp-v1": "scanpath.data.vqacp_sets:VQACP1",
        "vqa-cp-v1-rebuilt": "scanpath.data.vqacp_sets:RebuiltVQACP1",
        "vqa-cp-v2": "scanpath.data.vqacp_sets:VQACP2",
        "vqa-cp-v2-rebuilt": "scanpath.data.vqacp_sets:RebuiltVQACP2",
    },
    labelled={
        "mnist": "scanpath.data.mnist:MNIST",
        "cifar-100": "scanpath.data.cifar:CIFAR100",
        "celeba": "scanpath.data.celeba:CelebA",
        "celeba-stargan": "scanpath.data.celeba:StarGANCelebA",
        "sun397": "scanpath.data.photos:SUN397",
    },
    captions={
        "scenes-captions": "scanpath.data.scenes.dataset:ScenesCaptions",
        "coco-captions": "scanpath.data.coco:CocoCaptions",
    },
    classifiers={
        "small_cnn": "scanpath.hosts.small_cnn:small_cnn",
        "resnet18": "scanpath.hosts.resnet18:resnet18",
    },
    captioners={"decoder": "scanpath.hosts.caption_model:decoder"},
    tasks={
        "vqa": "scanpath.tasks.vqa:VQATask",
        "classification": "scanpath.tasks.classification:ClassificationTask",
        "captioning": "scanpath.tasks.captioning:CaptioningTask",
    },
    recipes="scanpath.experiments.recipes",
    tables="scanpath.experiments",
)
