"""A static map from 64-bit keys to small values, read with three gathers.

Binary fuse filter (Graf and Lemire 2022, "Binary Fuse Filters: Fast and Smaller Than Xor
Filters"), with a payload next to the fingerprint: the XOR of a key's three slots is its
fingerprint and its value. A key takes 1.13 slots of SLOT_BITS. One that was never stored is refused
but for one in 2**(SLOT_BITS - VALUE_BITS); there are no chains to walk, so a lookup of any shape is
a handful of array operations.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SLOT_BITS = 14
VALUE_BITS = 6
ROOM = 1.126
"""Slots a key, where there are many."""
_SEEDS = 64
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_FINGERPRINT = np.uint64((1 << SLOT_BITS) - (1 << VALUE_BITS))


class Fuse(NamedTuple):
    """`slots` of shape (segments + 2) * segment, the segment's length (a power of two), a seed."""

    slots: NDArray[np.uint16]
    segment: int
    seed: int

    def get(self, keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Value of each key, of the keys' shape; 2**VALUE_BITS or more where the key is unknown."""
        first, second, third, mark = _places(keys, self.slots.size, self.segment, self.seed)
        found = self.slots.take(first)
        found ^= self.slots.take(second)
        found ^= self.slots.take(third)
        mark ^= found
        return mark


def _places(
    keys: NDArray[np.uint64], size: int, segment: int, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], NDArray[np.uint64]]:
    """The three slots of each key and its fingerprint, shifted above the value bits."""
    mixed = keys ^ np.uint64(seed)
    mixed ^= mixed >> np.uint64(31)
    mixed *= _FACTOR
    mixed ^= mixed >> np.uint64(32)
    mask = np.uint64(segment - 1)
    first = mixed >> np.uint64(41)
    first *= np.uint64(size - 2 * segment)
    first >>= np.uint64(23)
    second = mixed >> np.uint64(27)
    second &= mask
    second ^= first + np.uint64(segment)
    third = mixed >> np.uint64(13)
    third &= mask
    third ^= first + np.uint64(2 * segment)
    mixed <<= np.uint64(VALUE_BITS)
    mixed &= _FINGERPRINT
    return first.view(np.intp), second.view(np.intp), third.view(np.intp), mixed


def pack(slots: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Slots as SLOT_BITS each: a plane of low bytes, then one plane of bits for each bit above."""
    planes = [slots.astype(np.uint8)]
    planes += [np.packbits((slots >> bit & 1).astype(np.uint8)) for bit in range(8, SLOT_BITS)]
    return np.concatenate(planes)


def unpack(packed: NDArray[np.uint8], size: int) -> NDArray[np.uint16]:
    """What `pack` packed; `size` (a multiple of 8) is the number of slots."""
    slots = packed[:size].astype(np.uint16)
    for bit, plane in enumerate(packed[size:].reshape(SLOT_BITS - 8, -1), 8):
        slots |= np.left_shift(np.unpackbits(plane, count=size), bit, dtype=np.uint16)
    return slots


def segment_length(count: int) -> int:
    """Length of a segment for so many keys (the paper's fit; 14 bits is what we keep)."""
    return 1 << min(14, max(3, int(np.log(max(count, 2)) / np.log(3.33) + 2.25)))


def slots_for(count: int) -> int:
    """Slots that a table of `count` keys takes, SLOT_BITS each."""
    room = max(1.125, 0.875 + 0.25 * np.log(1e6) / np.log(max(count, 4)))
    segment = segment_length(count)
    return (max(1, -(-int(count * room) // segment) - 2) + 2) * segment


def build(keys: NDArray[np.uint64], values: NDArray[np.uint16]) -> Fuse:
    """A table that gives each key its value; keys must differ, values stay below 2**VALUE_BITS.

    Raises ValueError where a value is too large or no seed works (keys that are not distinct).
    """
    if values.size and int(values.max()) >= 1 << VALUE_BITS:
        raise ValueError(f"a value takes more than {VALUE_BITS} bits: {int(values.max())}")
    size, segment = slots_for(keys.size), segment_length(keys.size)
    for seed in range(_SEEDS):
        *places, mark = _places(keys, size, segment, seed)
        where = np.stack(places)
        rounds = _peel(where, size)
        if rounds is None:
            continue
        payload = mark.astype(np.uint16) | values
        slots = np.zeros(size, np.uint16)
        for chosen, own in reversed(rounds):
            others = np.bitwise_xor.reduce(slots[where[:, chosen]], axis=0)
            slots[own] = others ^ payload[chosen]
        return Fuse(slots, segment, seed)
    raise ValueError(f"no seed of {_SEEDS} places {keys.size} keys; are they all different?")


def _peel(where: NDArray[np.intp], size: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]] | None:
    """Rounds of (keys, the slot that each has to itself); None where a core remains."""
    count = np.bincount(where.ravel(), minlength=size)
    owner = np.zeros(size, np.intp)
    numbers = np.arange(where.shape[1])
    for row in where:
        np.bitwise_xor.at(owner, row, numbers)
    rounds: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    left, front = where.shape[1], np.flatnonzero(count == 1)
    while front.size:
        chosen, at = np.unique(owner[front], return_index=True)
        rounds.append((chosen, front[at]))
        left -= chosen.size
        for row in where[:, chosen]:
            np.subtract.at(count, row, 1)
            np.bitwise_xor.at(owner, row, chosen)
        touched = np.unique(where[:, chosen])
        front = touched[count[touched] == 1]
    return None if left else rounds
