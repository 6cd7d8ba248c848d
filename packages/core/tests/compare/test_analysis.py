"""A row under test: a made-up model whose maps and answers are known, against numbers worked out apart."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from scanpath.compare.analysis import analyse
from scanpath.compare.settings import AnalysisSettings
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.tasks.vqa.batch import VQABatch
from scanpath.tasks.vqa.targets import Targets
from scanpath.types import Batches, Output

SIDE, GRID, QUESTIONS = 12, 3, 23
ANSWERS = ("right", "wrong")


class KnownGrounding:
    """Each picture has two objects, one a cell of the 3x3 grid each; every third question is about both."""

    def objects_of(self, question_id: int) -> tuple[int, ...]:
        return (0, 1) if question_id % 3 == 0 else (question_id % 2,)

    def masks(self, image_id: int) -> np.ndarray:
        labels = np.zeros((SIDE, SIDE), dtype=np.uint8)
        for number in range(2):
            row, column = divmod((image_id + 4 * number) % 9, 3)
            labels[4 * row : 4 * row + 4, 4 * column : 4 * column + 2] = number + 1  # the left half of a cell
        return labels


class InOrder(list):
    def set_epoch(self, epoch: int) -> None: ...


def _split() -> VQASplit:
    truth = VQAAnnotations(
        question_types=["compare" if (100 + row) % 3 == 0 else "color" for row in range(QUESTIONS)],
        answer_types=["other"] * QUESTIONS,
        modal=["right"] * QUESTIONS,
        answers=[("right",) * 10] * QUESTIONS,
    )
    images = np.arange(QUESTIONS) // 2
    return VQASplit(
        name="known/test",
        question_ids=np.arange(QUESTIONS) + 100,
        image_ids=images,
        questions=["what?"] * QUESTIONS,
        image_names={},
        annotations=truth,
        grounding=KnownGrounding(),  # type: ignore[arg-type]
    )


class KnownTask:
    settings = SimpleNamespace(metric="official", features="stored")
    vocabularies = SimpleNamespace(answers=SimpleNamespace(answers=ANSWERS))

    def __init__(self) -> None:
        self.known = _split()

    def split(self, name: str) -> VQASplit:
        assert name == "test"
        return self.known

    def batches(self, split: str, *, size: int) -> Batches:
        class Questions:
            def __getitems__(_, numbers: list[int]) -> list[VQABatch]:
                rows, index = np.unique(self.known.image_ids[numbers], return_inverse=True)
                features = torch.ones(len(rows), GRID, GRID, 1)
                ids = torch.from_numpy(self.known.question_ids[numbers])
                tokens = torch.from_numpy(np.asarray(numbers))[:, None]
                return [VQABatch(features, torch.from_numpy(index), tokens, torch.zeros(len(ids), 1).long(), ids)]

        order = list(reversed(range(QUESTIONS)))
        return Batches(
            Questions(), InOrder(order[i : i + size] for i in range(0, QUESTIONS, size)), lambda items: items[0]
        )


class KnownObjective(nn.Module):
    """Looks with 0.6 of hop 2 at the cell of the object and answers right while that cell is there."""

    def __init__(self, task: KnownTask) -> None:
        super().__init__()
        self.model = SimpleNamespace(attention=SimpleNamespace(axis="hop"))
        self.split = task.known
        self.deleted: list[int] = []

    def answer(self, batch: VQABatch) -> Output:
        rows = batch.tokens[:, 0].tolist()
        real = None if batch.region_mask is None else batch.region_mask[batch.image_index]
        maps = torch.zeros(len(rows), 2, GRID, GRID)
        logits = torch.zeros(len(rows), 2)
        for place, row in enumerate(rows):
            number = int(self.split.question_ids[row]) % 2
            cell = divmod((int(self.split.image_ids[row]) + 4 * number) % 9, 3)
            maps[place, 0] = 1 / 9
            maps[place, 1] = 0.05
            maps[place, 1][cell] = 0.6
            there = real is None or bool(real[place][cell])
            logits[place] = torch.tensor([3.0, 0.0] if there else [0.0, 3.0])
            if real is not None:
                self.deleted.append(int((~real[place]).sum()))
        return Output(logits, {"regions": maps})


class HardObjective(KnownObjective):
    """Keeps the cell of the object and the first three others, and saw most of the object's."""

    def __init__(self, task: KnownTask, *, tells: bool = True) -> None:
        super().__init__(task)
        self.model.attention.kind = "hard"
        self.tells = tells

    def answer(self, batch: VQABatch) -> Output:
        found = super().answer(batch)
        seen = found.maps["regions"][:, 1]
        order = seen.flatten(1).sort(dim=1, descending=True, stable=True).indices
        kept = torch.zeros_like(seen.flatten(1)).scatter(1, order[:, :4], 1.0)
        return Output(found.logits, {"regions": kept.view_as(seen).unsqueeze(1)})

    def presence(self, batch: VQABatch) -> torch.Tensor | None:
        return super().answer(batch).maps["regions"][:, 1] if self.tells else None


@pytest.fixture
def task() -> KnownTask:
    return KnownTask()


def test_answers_maps_and_deletion(task: KnownTask) -> None:
    settings = AnalysisSettings(batch_size=7, deleted_questions=14, deleted_share=0.2)
    objective = KnownObjective(task)
    found = analyse(task, objective, settings, looks=True)  # type: ignore[arg-type]
    assert found.question_ids.tolist() == task.known.question_ids.tolist()
    assert found.prediction == ["right"] * QUESTIONS
    assert found.score.tolist() == [1.0] * QUESTIONS
    assert found.probability == pytest.approx(np.full(QUESTIONS, 0.952574), abs=1e-5)
    one = np.asarray([(key % 3) != 0 for key in found.question_ids])
    assert found.one_object.tolist() == one.tolist()
    assert found.chance[one] == pytest.approx(8 / 144)
    assert found.maps == ("hop 1", "hop 2")
    assert found.mass[one] == pytest.approx(np.tile([0.5 / 9, 0.3], (one.sum(), 1)), abs=1e-6)
    assert np.isnan(found.mass[~one]).all()
    assert found.pointing[one][:, 1].tolist() == [1.0] * one.sum()
    assert found.entropy[:, 0] == pytest.approx(np.ones(QUESTIONS))
    assert found.headline == 1
    tested = ~np.isnan(found.score_without_attended)
    assert tested.sum() == 14
    assert found.score_without_attended[tested].tolist() == [0.0] * 14
    assert found.score_without_random[tested].mean() > 0.5
    assert set(objective.deleted) == {2}, "a fifth of nine cells, both times"


def test_of_a_hard_map_what_it_saw_most_of_is_pointed_at_and_deleted_first(task: KnownTask) -> None:
    settings = AnalysisSettings(batch_size=7, deleted_questions=QUESTIONS, deleted_share=0.2)
    found = analyse(task, HardObjective(task), settings, looks=True)  # type: ignore[arg-type]
    one = found.one_object
    assert found.mass[one] == pytest.approx(0.125)
    assert found.pointing[one].tolist() == [[1.0]] * one.sum()
    assert found.score_without_attended.tolist() == [0.0] * QUESTIONS


def test_of_a_hard_map_that_says_no_more_any_kept_cell_may_be_deleted(task: KnownTask) -> None:
    settings = AnalysisSettings(batch_size=7, deleted_questions=QUESTIONS, deleted_share=0.2)
    found = analyse(task, HardObjective(task, tells=False), settings, looks=True)  # type: ignore[arg-type]
    kept = 1 - found.score_without_attended.mean()
    assert 0.2 < kept < 0.8, "two of four, of which one is the object's"
    rows, columns = np.divmod((found.image_ids + 4 * (found.question_ids % 2)) % 9, 3)
    first = 3 * rows + columns < 2  # it would be deleted by its place
    assert 0 < found.score_without_attended[first].mean() < 1


def test_a_map_that_says_nothing_loses_what_chance_loses(task: KnownTask) -> None:
    class Even(KnownObjective):
        def answer(self, batch: VQABatch) -> Output:
            logits, maps = super().answer(batch)
            return Output(logits, {"regions": torch.full_like(maps["regions"][:, :1], 1 / 9)})

    settings = AnalysisSettings(batch_size=7, deleted_questions=QUESTIONS, deleted_share=0.4)
    found = analyse(task, Even(task), settings, looks=True)  # type: ignore[arg-type]
    assert found.score_without_attended.tolist() == found.score_without_random.tolist()
    assert 0 < found.score_without_random.mean() < 1


def test_the_area_of_a_hard_map_is_all_that_it_keeps(task: KnownTask) -> None:
    class Finer(HardObjective):
        def answer(self, batch: VQABatch) -> Output:
            kept = (torch.arange(16).view(1, 1, 4, 4) < 12).float()
            return Output(super().answer(batch).logits, {"regions": kept.expand(len(batch.tokens), -1, -1, -1)})

    task.settings = SimpleNamespace(metric="official", features=None)  # whose cells are not the known ones
    found = analyse(task, Finer(task, tells=False), AnalysisSettings(), looks=True)  # type: ignore[arg-type]
    assert found.area[:, 0] == pytest.approx(np.full(QUESTIONS, 0.75))


class PaddedTask(KnownTask):
    """Of the nine cells the first in each row is real, the others only fill the batch."""

    def batches(self, split: str, *, size: int) -> Batches:
        found = super().batches(split, size=size)

        def collate(items: list[VQABatch]) -> VQABatch:
            mask = torch.arange(9).view(1, GRID, GRID) % 3 == 0
            return items[0]._replace(region_mask=mask.expand(len(items[0].images), -1, -1))

        return found._replace(collate=collate)


def test_regions_that_are_not_there_are_not_among_the_deleted_ones() -> None:
    padded = PaddedTask()
    objective = KnownObjective(padded)
    for share, left in ((0.2, 7), (0.7, 8)):  # six that never were, beside one or two of the three real ones
        settings = AnalysisSettings(batch_size=QUESTIONS, deleted_questions=QUESTIONS, deleted_share=share)
        analyse(padded, objective, settings, looks=True)  # type: ignore[arg-type]
        assert objective.deleted[-2 * QUESTIONS :] == [left] * (2 * QUESTIONS)


def test_regions_that_are_not_there_are_no_regions_that_a_map_may_cover(task: KnownTask) -> None:
    class Even(KnownObjective):
        """Looks at each region that is there alike."""

        def answer(self, batch: VQABatch) -> Output:
            found = super().answer(batch)
            real = torch.ones(len(batch.tokens), GRID, GRID)
            if batch.region_mask is not None:
                real = batch.region_mask[batch.image_index].float()
            return Output(found.logits, {"regions": real.unsqueeze(1)})

    settings = AnalysisSettings(batch_size=QUESTIONS)
    padded = PaddedTask()
    found = analyse(padded, Even(padded), settings, looks=True)  # type: ignore[arg-type]
    assert found.entropy[:, 0] == pytest.approx(np.ones(QUESTIONS)), "as flat as three regions allow"
    assert found.area[:, 0] == pytest.approx(np.ones(QUESTIONS)), "all that there is"
    one = found.one_object
    assert found.mass[one, 0] == pytest.approx(found.chance[one]), "an even map has what chance has"
    cells = (found.image_ids + 4 * (found.question_ids % 2)) % 9
    assert found.chance[one] == pytest.approx(np.where(cells % 3 == 0, 0.5 / 3, 0.0)[one])
    whole = analyse(task, Even(task), settings, looks=True)  # type: ignore[arg-type]
    assert whole.chance[one] == pytest.approx(0.5 / 9)


def test_the_random_regions_are_the_same_for_every_row(task: KnownTask) -> None:
    settings = AnalysisSettings(batch_size=5)
    first, second = (analyse(task, KnownObjective(task), settings, looks=True) for _ in range(2))  # type: ignore[arg-type]
    assert first.score_without_random.tolist() == second.score_without_random.tolist()


def test_rungs_are_not_measured(task: KnownTask) -> None:
    found = analyse(task, KnownObjective(task), AnalysisSettings(), looks=False)  # type: ignore[arg-type]
    assert found.maps == ()
    assert np.isnan(found.score_without_random).all()
    assert found.one_object.sum() > 0, "what a question is about does not depend on the row"


def test_pictures_end_to_end_have_no_regions_to_delete(task: KnownTask) -> None:
    task.settings = SimpleNamespace(metric="official", features=None)
    found = analyse(task, KnownObjective(task), AnalysisSettings(), looks=True)  # type: ignore[arg-type]
    assert np.isnan(found.score_without_random).all()
    assert found.headline == 1


def test_a_type_whose_number_of_objects_tells_the_answer_is_not_about_one_object(task: KnownTask) -> None:
    truth = task.known.annotations
    assert truth is not None
    assert (Targets(task.known).object >= 0).sum() == truth.question_types.count("color") > 0
    alike = replace(truth, question_types=["existence"] * QUESTIONS)  # now some of the type are about two
    targets = Targets(replace(task.known, annotations=alike))
    assert (targets.object < 0).all()
    assert np.isnan(targets.area).all()


def test_targets_over_boxes(task: KnownTask) -> None:
    targets = Targets(task.known)
    row = int(np.flatnonzero(targets.object >= 0)[0])
    rows, columns = np.nonzero(targets.masks([row])[0].numpy())
    box = torch.tensor([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / SIDE
    boxes = torch.stack([box, torch.tensor([0.0, 0.0, 1.0, 1.0])])[None]
    assert targets.cover([row], (2,), boxes)[0].tolist() == pytest.approx([1.0, 8 / 144])
