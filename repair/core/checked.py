"""Rows of JSON as tuples and dataclasses: each field is checked by the type that its class states.

A key that the class does not have is passed over, and a field with a default may be missing. So a row of an earlier
version, which has fewer keys, and one of a later version, which has more, are read alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from math import inf
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from repair.core.bounded import cut
from repair.core.text import Done, Span

__all__ = ["MOST", "filled"]

MOST = 2**31 - 1
"""The largest whole number: a page holds as many characters at most."""
T = TypeVar("T")


def filled(kind: Callable[..., T], said: Any) -> T:
    """An object of a class from a JSON object. `ValueError` names the key that is missing or not as it must be.

    >>> filled(Span, {"start": 3, "end": 5, "since": 9})
    Span(start=3, end=5)
    >>> filled(Span, {"start": 3, "end": True})
    Traceback (most recent call last):
    ValueError: 'end' is True, which is no whole number from 0 to 2147483647
    """
    if not isinstance(said, Mapping):
        raise ValueError(f"{cut(said)} is no object in curly brackets")  # noqa: TRY004 (to the caller all faults are one)
    values, name = {}, ""
    try:
        for name, (check, required) in _checks(kind).items():
            if name in said:
                values[name] = check(said[name])
            elif required:
                raise ValueError("is missing")
    except ValueError as error:
        raise ValueError(f"{name!r} {error}") from None
    return kind(**values)


@cache
def _checks(kind: Any) -> dict[str, tuple[Callable[[Any], Any], bool]]:
    """By name of a field how it is checked, and whether it must be there."""
    if is_dataclass(kind):
        optional = {field.name for field in fields(kind) if field.default is not MISSING}
    else:
        optional = set(getattr(kind, "_field_defaults", ()))
    return {name: (_check_of(stated), name not in optional) for name, stated in get_type_hints(kind).items()}


def _check_of(stated: Any) -> Callable[[Any], Any]:
    if stated in _BY_TYPE:
        return _BY_TYPE[stated]
    if get_origin(stated) is None:  # an object with fields of its own
        return partial(filled, stated)
    inner = get_args(stated)[0]
    return lambda value: tuple([filled(inner, one) for one in _list(value)])


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is {cut(value)}, which is no text")  # noqa: TRY004
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MOST:
        raise ValueError(f"is {cut(value)}, which is no whole number from 0 to {MOST}")
    return value


def _share(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise ValueError(f"is {cut(value)}, which is no number from 0 to 1")
    return float(value)


def _amount(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < inf:
        raise ValueError(f"is {cut(value)}, which is no number from 0 up")
    return float(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"is {cut(value)}, and must be true or false")  # noqa: TRY004
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"is {cut(value)}, which is no list")  # noqa: TRY004
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple([_text(one) for one in _list(value)])


def _wholes(value: Any) -> tuple[int, ...]:
    return tuple([_whole(one) for one in _list(value)])


def _by_name(check: Callable[[Any], T]) -> Callable[[Any], dict[str, T]]:
    """The check of an object in which every value is checked so."""

    def checked(value: Any) -> dict[str, T]:
        if not isinstance(value, dict):
            raise ValueError(f"is {cut(value)}, which is no object in curly brackets")  # noqa: TRY004
        return {name: check(one) for name, one in value.items()}

    return checked


def _pair(value: Any) -> Span:
    if not isinstance(value, list) or len(value) != 2 or not _is_stretch(*value):
        raise ValueError(f"has {cut(value)}, which is no stretch [start, end]")
    return Span(*value)


def _is_stretch(start: Any, end: Any) -> bool:
    return type(start) is int and type(end) is int and 0 <= start <= end <= MOST


def _spans(value: Any) -> tuple[tuple[int, int], ...]:
    return tuple([(start, end) for start, end in map(_pair, _list(value))])


def _edits(value: Any) -> tuple[Done, ...]:
    return tuple([_edit(one) for one in _list(value)])


def _edit(value: Any) -> Done:
    if not isinstance(value, list) or len(value) != 4 or not _is_stretch(*value[:2]):
        raise ValueError(f"has {cut(value)}, which is no edit [start, end, before, after]")
    start, end, before, after = value
    if not isinstance(before, str) or len(before) != end - start:
        raise ValueError(f"has {cut(value)}, whose text before has not {end - start} characters")
    return Done(start, end, before, after if isinstance(after, str) else _pair(after))


_BY_TYPE: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _whole,
    float: _share,
    bool: _flag,
    tuple[str, ...]: _texts,
    tuple[int, ...]: _wholes,
    dict[str, int]: _by_name(_whole),
    dict[str, float]: _by_name(_amount),
    dict[str, tuple[int, ...]]: _by_name(_wholes),
    tuple[tuple[int, int], ...]: _spans,
    tuple[Done, ...]: _edits,
}
