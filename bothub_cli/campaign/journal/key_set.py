"""A set of row keys in sixteen to thirty-two bytes each, since a list may have a million bad rows."""

from array import array

_FREE = 0  # a key is 64 bits of a hash: that one is zero happens once in 2**64 rows, and then it counts as 1
_FIRST_SIZE = 1024  # places; always a power of two


class KeySet:
    """Which keys were met: a hash table with open addressing, as keys are hashes already."""

    def __init__(self) -> None:
        self._places = array("q", bytes(8 * _FIRST_SIZE))
        self._count = 0

    def __contains__(self, key: int) -> bool:
        return self._places[self._find(key or 1)] != _FREE

    def add(self, key: int) -> None:
        """Put a key in."""
        key = key or 1
        place = self._find(key)
        if self._places[place] != _FREE:
            return
        self._places[place] = key
        self._count += 1
        if self._count * 2 > len(self._places):
            self._grow()

    def _find(self, key: int) -> int:
        """Return where the key is, or the free place where it belongs."""
        places = self._places
        mask = len(places) - 1
        place = key & mask
        while places[place] not in (_FREE, key):
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        keys = self._places
        self._places = array("q", bytes(16 * len(keys)))
        for key in keys:
            if key != _FREE:
                self._places[self._find(key)] = key
