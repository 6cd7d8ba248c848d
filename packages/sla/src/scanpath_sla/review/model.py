"""A model that thinks before it writes: regions, the reviewer, and a decoder that looks at the thoughts.

Source: Yang et al. 2016 as its code has it, https://github.com/kimiyoung/review_net.
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.hosts.caption_model import CaptionModel, Seen
from scanpath.hosts.word_decoder import WordDecoder
from scanpath.types import Output
from scanpath_sla.review.reviewer import Reviewer
from scanpath_sla.review.supervision import discriminative_loss

THOUGHTS, REVIEWS = "thoughts", "reviews"
"""Among a picture's notes: h of every step, and where each step looked."""


class ReviewNet(CaptionModel):
    """Review a picture once, however many captions, words and beams follow; the decoder looks at the thoughts alone.

    Args:
        image: As of a :class:`scanpath.hosts.caption_model.CaptionModel`.
        region_dim: D.
        reviewer: Looks at the regions; its last state is the decoder's first.
        decoder: Built for regions H wide: it looks at the thoughts.
        review_dropout: Of the thoughts, as the decoder sees them; the reviewer's own states are whole.
        discriminative: Weight of the loss by which thoughts guess the caption's words; 0 leaves it out.

    Raises:
        ConfigError: A dropout or a weight that cannot be.
    """

    def __init__(
        self,
        *,
        image: nn.Module,
        region_dim: int,
        reviewer: Reviewer,
        decoder: WordDecoder,
        review_dropout: float = 0.5,
        discriminative: float = 0.0,
    ) -> None:
        super().__init__(image=image, region_dim=region_dim, decoder=decoder)
        if not 0 <= review_dropout < 1:
            raise ConfigError(f"review_net got review_dropout={review_dropout!r}, expected 0 or more and less than 1.")
        if discriminative < 0:
            raise ConfigError(f"review_net got discriminative={discriminative!r}, expected a weight of 0 or more.")
        self.reviewer = reviewer
        self.dropout = nn.Dropout(review_dropout)
        self.weight = discriminative
        self.guess = nn.Linear(reviewer.hidden_dim, decoder.output.out_features) if discriminative else None

    def see(self, images: Tensor, region_mask: Tensor | None = None, boxes: Tensor | None = None) -> Seen:
        """Encode and review N pictures; arguments as of a CaptionModel. The notes are thoughts and reviews."""
        regions = self.encode(images, region_mask, boxes)
        reviewed = self.reviewer(regions, self.first(regions, region_mask), region_mask)
        thoughts = self.dropout(reviewed.thoughts)
        notes = {THOUGHTS: thoughts, REVIEWS: reviewed.maps}
        return Seen(self.decoder.prepare(thoughts), reviewed.state, notes)

    def follow(self, seen: Seen, words: Tensor) -> Output:
        """Say what follows each word: logits (B, T, V), maps "thoughts" (B, T, M, R) and "reviews" (B, R, M, *S)."""
        written = self.decoder(words, seen.prepared, seen.state)
        maps = {REVIEWS: seen.notes[REVIEWS]}
        return Output(written.logits, maps if written.maps is None else {THOUGHTS: written.maps, **maps})

    def own_loss(self, seen: Seen, words: Tensor) -> Tensor | None:
        """Return the discriminative loss of captions (B, T + 2), weighted; None where it is left out."""
        if self.guess is None:
            return None
        return self.weight * discriminative_loss(self.guess(seen.notes[THOUGHTS]), words)
