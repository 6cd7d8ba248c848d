"""The most probable sequence of words, greedily or by a beam, of many pictures at once, for any model of the next word.

What is found is the sequence of the highest probability among those that the beam has met, without a bonus or malus for
its length. A beam that holds every sequence finds the most probable one of all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from scanpath.errors import ConfigError

Parts = tuple[Tensor | None, ...]
"""Tensors with one row a sequence, (R, ..), or None where there is nothing."""
Step = Callable[[Tensor, Parts, Parts], tuple[Tensor, Parts]]
"""From the last words (R,), what was seen and the state to any scores of the next word (R, V), and the next state."""


class Found(NamedTuple):
    """One sequence a picture."""

    words: Tensor
    """int64 (N, L), without the start and the end; 0 behind the last word."""
    lengths: Tensor
    """How many words each has, int64 (N,)."""
    scores: Tensor
    """The logarithm of each one's probability, (N,); -inf where every word was forbidden."""


class _Best:
    """The best finished sequence of each picture so far."""

    def __init__(self, pictures: int, length: int, device: torch.device) -> None:
        self.words = torch.zeros(pictures, length, dtype=torch.int64, device=device)
        self.lengths = torch.zeros(pictures, dtype=torch.int64, device=device)
        self.scores = torch.full((pictures,), -torch.inf, device=device)

    def offer(self, pictures: Tensor, words: Tensor, lengths: Tensor, scores: Tensor) -> None:
        """Take the best of the sequences (n, k, L) of some pictures (n,) where it is better than what is known."""
        score, place = scores.max(dim=1)
        better = score > self.scores[pictures]
        chosen, place = pictures[better], place[better]
        row = torch.arange(len(scores), device=scores.device)[better]
        self.words[chosen] = words[row, place]
        self.lengths[chosen] = lengths[row, place]
        self.scores[chosen] = score[better]


@torch.no_grad()
def search(
    step: Step,
    seen: Parts,
    state: Parts,
    *,
    start: int,
    end: int,
    length: int,
    beam: int = 1,
    never: Sequence[int] = (),
) -> Found:
    """Write a sequence for each of N pictures.

    At each step the ``beam`` most probable continuations of a picture's sequences stay. One that ends leaves its
    place, which the next step gives to a continuation of another; a picture whose best finished sequence is at least
    as probable as all that go on is done, and its rows leave the batch.

    Args:
        step: the model, called with R = ``beam`` rows for each picture that is not done.
        seen: what does not change from word to word, N rows each, such as regions.
        state: what changes, N rows each.
        start: the word in front of the first.
        end: the word behind the last.
        length: L, the most words; a sequence of so many is finished as it is.
        beam: how many sequences of a picture go on; 1 takes the most probable word each time.
        never: words that are not written, such as the one for unknown words; their probability goes to no other.

    Raises:
        ConfigError: a beam or a length below 1, or neither ``seen`` nor ``state`` tells how many pictures there are.
    """
    if beam < 1:
        raise ConfigError(f"a beam of {beam} was asked for, expected 1 or more; a beam of 1 is the greedy search.")
    if length < 1:
        raise ConfigError(f"captions of at most {length} words were asked for, expected 1 or more.")
    known = next((part for part in (*state, *seen) if part is not None), None)
    if known is None:
        raise ConfigError("a search got neither something seen nor a state: give one of them a row for each picture.")
    device, pictures = known.device, len(known)
    best = _Best(pictures, length, device)
    rows = torch.arange(pictures, device=device)  # of the pictures that are not done
    seen, state = _rows(seen, rows.repeat_interleave(beam)), _rows(state, rows.repeat_interleave(beam))
    words = torch.full((pictures * beam,), start, dtype=torch.int64, device=device)
    totals = torch.full((pictures, beam), -torch.inf, device=device)
    totals[:, 0] = 0  # the sequences of a picture are one as yet
    written = torch.zeros(pictures, beam, length, dtype=torch.int64, device=device)
    for place in range(length if pictures else 0):
        scores, state = step(words, seen, state)
        logarithms = torch.log_softmax(scores.float(), dim=-1)
        logarithms[:, list(never)] = -torch.inf
        size = logarithms.shape[1]
        totals, picked = (totals.unsqueeze(-1) + logarithms.view(len(rows), beam, size)).flatten(1).topk(beam, dim=1)
        beams, next_words = picked // size, picked % size  # (n, k)
        ended = next_words == end
        written = written.gather(1, beams.unsqueeze(-1).expand(-1, -1, length))
        written[:, :, place] = next_words.masked_fill(ended, 0)
        last = place + 1 == length
        finished = totals if last else totals.masked_fill(~ended, -torch.inf)
        best.offer(rows, written, place + (~ended).long(), finished)
        if last:
            break
        totals = totals.masked_fill(ended, -torch.inf)
        open_ = torch.nonzero(best.scores[rows] < totals.max(dim=1).values).squeeze(1)
        if not len(open_):
            break
        kept = (torch.arange(len(rows), device=device).unsqueeze(1) * beam + beams)[open_].flatten()
        state, words = _rows(state, kept), next_words[open_].flatten()
        if len(open_) < len(rows):
            places = (open_.unsqueeze(1) * beam + torch.arange(beam, device=device)).flatten()
            seen, rows, totals, written = _rows(seen, places), rows[open_], totals[open_], written[open_]
    return Found(best.words, best.lengths, best.scores)


def _rows(parts: Parts, rows: Tensor) -> Parts:
    return tuple(None if part is None else part.index_select(0, rows) for part in parts)
