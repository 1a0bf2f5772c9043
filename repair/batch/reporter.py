"""What a run says on standard error: lines for a person with a bar, or JSON Lines for a machine."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

from repair.files.terminal import say, spelt_in_json, told
from repair.files.text import json_line

__all__ = ["Talk"]


class Talk:
    """Says things on standard error; with `as_json` each is a row with the `time` and the `event`.

    A bar stands there while `total` pages are worked on, if standard error is a terminal and `bar` is true. Pages that
    were done before do not count for its speed.
    """

    def __init__(self, *, as_json: bool = False, bar: bool = False, total: int | None = None) -> None:
        self._json = as_json
        self._bar = None
        if bar and not as_json:
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="page", file=sys.stderr)

    def say(self, said: str, event: str = "message", **known: Any) -> None:
        """A line for a person; for a machine an event, with what is known about it."""
        if self._json:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            row = json_line({"time": now, "event": event} | ({"message": said} if said else {}) | known)
            sys.stderr.write(spelt_in_json(row))
            sys.stderr.flush()
        elif said and self._bar is not None:
            self._bar.write(f"repair: {told(said)}", file=sys.stderr)
        elif said:
            say(said)

    def event(self, event: str, **known: Any) -> None:
        """An event that is told to a machine only."""
        if self._json:
            self.say("", event, **known)

    def step(self, *, before: bool = False) -> None:
        """One source more is done, in this run or `before` it."""
        if self._bar is not None:
            if before:
                self._bar.initial += 1
            self._bar.update()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
