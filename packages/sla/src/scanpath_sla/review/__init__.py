"""ReviewNet: thoughts about a picture between looking and writing, with any attention in them."""

from scanpath_sla.review.model import ReviewNet as ReviewNet
from scanpath_sla.review.reviewer import Reviewed as Reviewed, Reviewer as Reviewer
