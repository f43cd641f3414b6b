"""Counts and sizes as people read them."""


def count_words(count: int, word: str, many: str = "") -> str:
    """Return ``1 message`` or ``2,000 messages``; ``many`` is a plural that is not made with an s."""
    return f"{count:,} {word if count == 1 else many or f'{word}s'}"


def describe_size(size: int) -> str:
    """Return a size in bytes: ``740 bytes``, ``48 kB``, ``1.4 MB`` (1 kB is 1000 bytes)."""
    if size < 1000:
        return count_words(size, "byte")
    for unit, length in (("GB", 10**9), ("MB", 10**6)):
        if size >= length - length // 2000:  # what would round to 1000 of the smaller unit
            return f"{size / length:,.1f}".removesuffix(".0") + f" {unit}"
    return f"{round(size / 1000)} kB"
