"""The measuring process of `speed` for a chain: texts as JSON on standard input, seconds and memory on the output."""

from __future__ import annotations

import json
import resource
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from time import process_time

from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Change
from repair.core.page import Page
from repair.core.rule import Find, Options
from repair.files.decoding import decode
from repair.files.text import file_bytes
from repair.history import ledger
from repair.rulebook.load import load_chain

Clock = defaultdict[str, float]


def peak_kib() -> int:
    """The most memory that this process has held, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def whole(data: bytes, chain: Chain) -> int:
    """A file to the bytes of its output and of its ledger; gives back their size."""
    raw, encoding = decode(data)
    result = engine.run(Page.of(raw, "page", encoding.newline), chain)
    output = file_bytes(result.text, encoding)
    header = ledger.header_of(result, chain, data, output, encoding)
    return len(output) + len(ledger.encoded(ledger.rows(result, header)))


def timed(chain: Chain, clock: Clock) -> Chain:
    """The chain with each rule's search timed."""

    def wrap(name: str, find: Find) -> Find:
        def run(page: Page, options: Options) -> Sequence[Change]:
            start = process_time()
            found = list(find(page, options))
            clock[name] += process_time() - start
            return found

        return run

    return replace(chain, rules=tuple(replace(rule, find=wrap(rule.id, rule.find)) for rule in chain.rules))


def by_rule(files: Sequence[bytes], chain: Chain) -> tuple[Clock, float]:
    """Seconds by rule and for what is not a rule, and their sum."""
    clock: Clock = defaultdict(float)
    watched = timed(chain, clock)
    start = process_time()
    for data in files:
        raw, encoding = decode(data)
        page = Page.of(raw, "page", encoding.newline)
        before, began = sum(clock.values()), process_time()
        result = engine.run(page, watched)
        ran, in_rules = process_time() - began, sum(clock.values()) - before
        clock["(engine: arbitrate, apply, check the laws)"] += ran - in_rules
        began = process_time()
        output = file_bytes(result.text, encoding)
        header = ledger.header_of(result, chain, data, output, encoding)
        ledger.encoded(ledger.rows(result, header))
        clock["(write output and ledger, hashes)"] += process_time() - began
    return clock, process_time() - start


def main() -> None:
    """Measure."""
    given = json.load(sys.stdin)
    files = [text.encode() for text in given["texts"]]
    chain = load_chain(sys.argv[1])
    before = peak_kib()
    whole(files[0], chain)
    seconds = []
    for _ in range(given["rounds"]):
        start = process_time()
        for data in files:
            whole(data, chain)
        seconds.append(process_time() - start)
    peak = peak_kib()
    clock, total = min((by_rule(files, chain) for _ in range(given["rounds"])), key=lambda done: done[1])
    json.dump({"seconds": seconds, "before_kib": before, "peak_kib": peak, "rules": clock, "timed": total}, sys.stdout)


if __name__ == "__main__":
    main()
