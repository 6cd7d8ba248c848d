from __future__ import annotations

from pathlib import Path

from scanpath.data.scenes.layout import Layout, image_name, subtype


def test_names_follow_the_official_patterns() -> None:
    layout = Layout(Path("scenes"))
    names = [
        path("train").name
        for path in (
            layout.images, layout.masks, layout.questions, layout.annotations, layout.pairs, layout.captions,
            layout.scenes, layout.grounding, layout.cp_questions, layout.cp_annotations,
        )
    ]  # fmt: skip
    assert names == [
        "scenes_train.zip",
        "scenes_train_masks.zip",
        "v2_OpenEnded_mscoco_scenes_train_questions.json",
        "v2_mscoco_scenes_train_annotations.json",
        "v2_mscoco_scenes_train_complementary_pairs.json",
        "captions_scenes_train.json",
        "scenes_train_scenes.json",
        "scenes_train_grounding.json",
        "vqacp_scenes_train_questions.json",
        "vqacp_scenes_train_annotations.json",
    ]
    assert image_name(subtype("val"), 1_000_007) == "Scenes_val_000001000007.png"
