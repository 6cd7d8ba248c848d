"""The host of visual question answering: picture, question, a place to look from, fusion, answers.

Source: the blog's single-hop model, phi = v_I^filt + v_Q, then a perceptron over the answers.
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.attention import Contextual
from scanpath.errors import ConfigError, ShapeError
from scanpath.layers.fusion import Fusion
from scanpath.ops import clean
from scanpath.types import Attended, Attention, CoAttended, CoAttention, Output, Question


class VQAModel(nn.Module):
    """Holds one Attention, or one CoAttention, or neither: then it answers from the question alone.

    It knows no mechanism; whoever builds it hands over the parts, see :func:`scanpath.hosts.canonical`.

    Args:
        image: From stored features (N, *S, D') or pictures (N, 3, H, W) to regions (N, *S, D); it is called with
            ``boxes`` as a second argument where the batch has some. None for the question alone.
        question: From tokens (B, T) to ``Question(vector, states, mask)``.
        classifier: From the fused vector to logits (B, A).
        attention: Looks at the regions, given the question's vector.
        co_attention: Looks at regions and tokens; its tokens' context takes the place of the question's vector.
        fusion: Joins the context with the question.
    """

    def __init__(
        self,
        *,
        image: nn.Module | None,
        question: nn.Module,
        classifier: nn.Module,
        attention: Attention | None = None,
        co_attention: CoAttention | None = None,
        fusion: Fusion | None = None,
    ) -> None:
        super().__init__()
        if attention is not None and co_attention is not None:
            raise ConfigError("a VQAModel holds an attention or a co_attention, and got both: leave one out.")
        looks = attention is not None or co_attention is not None
        if looks != (image is not None) or looks != (fusion is not None):
            raise ConfigError("a VQAModel that looks needs image and fusion; one that does not look takes neither.")
        self.image = image
        self.question = question
        self.attention = attention
        self.co_attention = co_attention
        self.fusion = fusion
        self.classifier = classifier

    def forward(
        self,
        images: Tensor,
        tokens: Tensor,
        image_index: Tensor | None = None,
        region_mask: Tensor | None = None,
        boxes: Tensor | None = None,
    ) -> Output:
        """Answer B questions on N pictures; each picture is encoded once.

        Args:
            images: Stored features (N, *S, D'), or pictures (N, 3, H, W), uint8 or floats in [0, 1].
            tokens: Word indices (B, T), 0 is padding.
            image_index: Row of each question's picture, (B,) int64; None when N = B, row by row.
            region_mask: Of stored features: (N, *S) bool, True where real.
            boxes: Of stored features: corners (N, K, 4) in [0, 1].

        Returns:
            ``Output(logits (B, A), maps)`` with the maps of the places that look: "regions" (B, M, *S), and with a
            CoAttention "tokens" (B, M, T) too.

        Raises:
            ShapeError: Questions and pictures that do not go together.
        """
        question, found = self.look(images, tokens, image_index, region_mask, boxes)
        if found is None or self.fusion is None:
            return Output(self.classifier(question.vector), {})
        if isinstance(found, Attended):
            context, asked, maps = found.context, question.vector, {"regions": found.weights}
        else:
            context, asked = found.regions.context, found.tokens.context
            maps = {"regions": found.regions.weights, "tokens": found.tokens.weights}
        return Output(self.classifier(self.fusion(context, asked)), maps)

    def look(
        self,
        images: Tensor,
        tokens: Tensor,
        image_index: Tensor | None = None,
        region_mask: Tensor | None = None,
        boxes: Tensor | None = None,
    ) -> tuple[Question, Attended | CoAttended | None]:
        """Read the questions and look at the pictures, and answer nothing; arguments and errors as of a call.

        Returns:
            ``Question(vector (B, Q), states (B, T, E), mask (B, T))``, and all that the place which looks gives, its
            extras included; None without such a place.
        """
        question: Question = self.question(tokens)
        if self.image is None:
            return question, None
        if image_index is None and len(images) != len(tokens):
            raise ShapeError(
                f"{len(tokens)} questions came with {len(images)} pictures and no image_index: pass the row of each "
                "question's picture."
            )
        regions, mask, attention = self._regions(images, image_index, region_mask, boxes)  # (B, *S, D), (B, *S)
        if attention is not None:
            return question, attention(regions, question.vector, mask)
        assert self.co_attention is not None  # noqa: S101 - the constructor has seen to it
        return question, self.co_attention(regions, question.states, question.vector, mask, question.mask)

    def _regions(
        self, images: Tensor, image_index: Tensor | None, region_mask: Tensor | None, boxes: Tensor | None
    ) -> tuple[Tensor, Tensor | None, Attention | None]:
        """Encode the N pictures, then give each question its picture's regions, and what is left to look at them."""
        assert self.image is not None  # noqa: S101 - forward has seen to it
        images = clean(images, region_mask)
        regions: Tensor  # (N, *S, D)
        regions = self.image(images) if boxes is None else self.image(images, clean(boxes, region_mask))
        attention = self.attention
        # The same for all questions on a picture. A subclass may do more in its forward, so it is called whole.
        while type(attention) is Contextual and not attention.asks:
            regions, attention = attention.encode(regions, None, region_mask), attention.attention
        if image_index is None:
            return regions, region_mask, attention
        # Of the two forms of one selection, the gradient of index_select is fast on a CPU, and that of indexing adds in
        # a fixed order on a GPU.
        chosen = regions[image_index] if regions.is_cuda else regions.index_select(0, image_index)  # (B, *S, D)
        return chosen, None if region_mask is None else region_mask.index_select(0, image_index), attention
