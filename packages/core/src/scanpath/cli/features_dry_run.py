"""``scanpath features extract --dry-run``: how large features become and how long that takes; nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def tell_only(
    wanted: dict[str, Any],
    options: dict[str, Any],
    *,
    data: str | None,
    splits: list[str] | None,
    root: Path | None,
    found: tuple[Any, dict[str, Any]] | None,
    out: Path | None,
    say: Callable[[str], None],
) -> None:
    """Say what an extraction would be.

    Weights that are not here are not fetched: random ones are as many and as fast.

    Args:
        wanted: what ``create_extractor`` takes.
        options: what ``plan_extraction`` takes.
        data: the data set whose splits are extracted to places of their own.
        splits: which of them; all if None.
        root: the folder of the data sets.
        found: with ``out``, the pictures and what the index says of them.
        out: the folder that would become the store.
        say: is told each line.
    """
    from scanpath.features.backbones import create_extractor, has_weights_here
    from scanpath.features.planning import check_place, check_room, plan_extraction, tell
    from scanpath.features.writing import check_folder

    here = has_weights_here(wanted["name"], wanted["weights"])
    made = create_extractor(**(wanted if here else {**wanted, "weights": "random"}))
    if not here:
        say(f"the weights of {made.name} are not here and not fetched now: form and time are those of random ones.")
    if found is None or out is None:
        each = _places(str(data), splits, root, made, options["dtype"])
    else:
        each, options = iter([(found[0], out)]), {**options, "data": found[1]}
    for pictures, folder in each:
        plan = plan_extraction(pictures, made, **options)
        if here:
            there = check_place(plan, folder) is not None
            say(f"{folder} holds these features already." if there else tell(plan, folder))
            continue
        place = folder if out else folder.parent / f"{made.name}-..."  # weights are part of its name
        check_folder(place)
        if place.exists():
            say(f"{place} is there already: whether it holds these features can be told by their weights only.")
            continue
        check_room(plan, place)
        say(tell(plan, place))


def _places(
    data: str, splits: list[str] | None, root: Path | None, made: Any, dtype: str
) -> Iterator[tuple[Any, Path]]:
    """Give each split's pictures, and where their features go."""
    from scanpath.data.catalogue import SPLITS, open_split
    from scanpath.features.finding import store_folder

    for one in splits or SPLITS:
        yield open_split(data, one, root), store_folder(data, one, made, root, dtype=dtype)
