"""Texts that somebody has damaged: for readers that take them or refuse them, and do nothing else."""

from collections.abc import Sequence

from hypothesis import strategies as st


def mutate(written: bytes, data: st.DataObject, pieces: Sequence[bytes]) -> bytes:
    """Return the text with up to four of these pieces put into it, or in the place of a byte or two."""
    mutated = bytearray(written)
    for _ in range(data.draw(st.integers(min_value=1, max_value=4))):
        at = data.draw(st.integers(min_value=0, max_value=len(mutated)))
        mutated[at : at + data.draw(st.integers(min_value=0, max_value=2))] = data.draw(st.sampled_from(pieces))
    return bytes(mutated)
