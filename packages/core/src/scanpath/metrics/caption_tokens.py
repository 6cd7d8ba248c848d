"""Captions as the words that their scores compare, joined by single spaces: officially, and without Java.

Source: coco-caption (Chen et al. 2015, https://arxiv.org/abs/1504.00325), which lower-cases captions, parts them by
Stanford's PTBTokenizer 3.4.1 and drops punctuation. Brackets stay, as ``-lrb-``: they are lower-cased before
punctuation, in capitals there, is looked for.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from scanpath.errors import RunError
from scanpath.metrics.java import jar, java

PUNCTUATION = frozenset(
    ["''", "'", "``", "`", "-LRB-", "-RRB-", "-LCB-", "-RCB-", ".", "?", "!", ",", ":", "-", "--", "...", ";"]
)
"""Tokens that are dropped."""


def official_tokens(captions: Sequence[str]) -> list[str]:
    """Tokenise captions as the official scores do, all of them in one call of the Java program.

    Raises:
        ConfigError: there is no Java.
        MissingExtraError: pycocoevalcap, which brings the program, is not installed.
        RunError: the program fails.
    """
    program = jar("tokenizer.ptbtokenizer", "stanford-corenlp-3.4.1.jar")
    words = [java(), "-cp", str(program), "edu.stanford.nlp.process.PTBTokenizer", "-preserveLines", "-lowerCase"]
    lines = "".join(f"{' '.join(caption.split())}\n" for caption in captions)  # one a line, whatever else breaks lines
    done = subprocess.run(words, input=lines.encode(errors="replace"), capture_output=True, check=False)  # noqa: S603
    found = done.stdout.decode().split("\n")[:-1]
    if done.returncode or len(found) != len(captions):
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise RunError(
            f"Stanford's tokeniser gave {len(found)} lines for {len(captions)} captions and ended with code "
            f"{done.returncode} ({said[:200]}): check the Java that is installed."
        )
    return [_kept(line.split(" ")) for line in found]


def plain_tokens(captions: Sequence[str]) -> list[str]:
    """Tokenise captions without Java, by the rules that captions need of the official tokeniser.

    The same words are parted (``isn't``, ``man's``), kept whole (``t-shirt``, ``10:30``, ``u.s.``) or dropped.
    Of what is rare in captions some differs: fractions in one sign, smileys, other abbreviations than those known here.
    """
    return [_kept(_parted(caption.lower().translate(_SIGNS))) for caption in captions]


TOKENISERS: Mapping[str, Callable[[Sequence[str]], list[str]]] = MappingProxyType(
    {"ptb": official_tokens, "plain": plain_tokens}
)
"""By name; ``ptb`` is the official one."""


def _kept(tokens: Sequence[str]) -> str:
    return " ".join(token for token in tokens if token and token not in PUNCTUATION)


_SIGNS = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": " -- ", "\u2014": " -- "})
_BRACKETS = {"(": "-lrb-", ")": "-rrb-", "[": "-lsb-", "]": "-rsb-", "{": "-lcb-", "}": "-rcb-", '"': "''"}
_ABBREVIATIONS = (
    "mr|mrs|ms|dr|st|jr|sr|vs|etc|prof|gen|sen|rep|gov|capt|lt|col|sgt|rev|ave|blvd|rd|inc|co|corp|ltd|dept|"
    "jan|feb|aug|sept|oct|nov|dec"
)
_TOGETHER = {
    "cannot": "can not",
    "gonna": "gon na",
    "gotta": "got ta",
    "wanna": "wan na",
    "gimme": "gim me",
    "lemme": "lem me",
    "'tis": "'t is",
    "'twas": "'t was",
}
_CLITIC = re.compile(r"(.+?)(n't|'s|'re|'ve|'ll|'d|'m)")
_TOKEN = re.compile(
    r"""
      https?://\S+ | www\.\S+ | [\w.+-]+@[\w-]+(?:\.\w+)+      # addresses
    | '(?:tis|twas)\b | '\d0s\b | '[nN]'                       # what begins with its apostrophe
    | (?:[^\W\d_]\.){2,}                                       # u.s.
    | (?:ABBREVIATIONS)\.(?!\w)
    | \d+(?:[.,:/]\d+)+(?!\w)                                  # 1,000 and 10:30
    | [^\W_]+(?:[-./][^\W_]+ | '[^\W\d_]+)*                    # t-shirt, and/or, o'clock, man's
    | \.\.\. | --+
    | \S
    """.replace("ABBREVIATIONS", _ABBREVIATIONS),
    re.VERBOSE,
)


def _parted(caption: str) -> list[str]:
    found: list[str] = []
    for token in _TOKEN.findall(caption):
        clitic = _CLITIC.fullmatch(token)
        if clitic:
            found += clitic.groups()
        else:
            found += _TOGETHER.get(token, _BRACKETS.get(token, token)).split(" ")
    return found
