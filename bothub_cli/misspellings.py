"""Finds the name that was perhaps meant by one that nobody knows."""

from collections.abc import Iterable

USUAL_LIKENESS = 0.6  # of 1: what difflib finds close enough


def find_near(name: str, known: Iterable[str], *, most: int = 1, likeness: float = USUAL_LIKENESS) -> list[str]:
    """Return the known names that are spelled most like it, the nearest first; capitals, - and _ do not count."""
    from difflib import get_close_matches  # only a misspelt name pays for it

    names = {_fold(each): each for each in known}
    return [names[each] for each in get_close_matches(_fold(name), names, n=most, cutoff=likeness)]


def did_you_mean(name: str, known: Iterable[str], *, most: int = 1) -> str:
    """Return ``did you mean timeout?``, or nothing where no known name is near."""
    near = find_near(name, known, most=most)
    return f"did you mean {' or '.join(near)}?" if near else ""


def choose_from(name: str, known: Iterable[str], rest: str) -> str:
    """Return what helps against a name that nobody knows: the one that was perhaps meant, then ``rest``."""
    return f"{did_you_mean(name, known)} {rest}".lstrip()


def _fold(name: str) -> str:
    return name.casefold().replace("-", "_")
