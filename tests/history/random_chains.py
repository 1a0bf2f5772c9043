"""Files of any form, and chains whose rules propose changes at random: moves, removals, marks, some of which clash."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hypothesis import strategies as st

from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Change, Mark, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit, Span
from repair.files.decoding import Encoding, newline_style
from repair.files.text import file_bytes
from repair.history import ledger

LINE_ENDS = {"lf": ["\n"], "crlf": ["\r\n"], "cr": ["\r"], "mixed": ["\n", "\r\n", "\r"]}
CODECS = [("utf-8", False), ("utf-8", True), ("utf-16-le", True), ("gb18030", False), ("utf-32-be", True)]


def rule(name: str, find, phase: Phase = Phase.LAYOUT) -> Rule:
    return Rule(name, name, phase, "for a test", find, Safety.SAFE)


def dice(seed: int, phase: Phase) -> Rule:
    """A rule that proposes changes at random: moves, removals, insertions, replacements, marks; some of them clash."""

    def find(page: Page, options: Options) -> Iterator[Change]:
        rng = random.Random(seed)
        value = page.text.value
        for _ in range(rng.randint(0, 12)):
            a, b = sorted((rng.randint(0, len(value)), rng.randint(0, len(value))))
            b = min(b, a + rng.randint(0, 6))
            safety = rng.choice(list(Safety))
            if phase is Phase.STRUCTURE:
                raw = Span(min(a, len(page.raw)), min(b, len(page.raw)))
                yield Change((), "stands at the foot", safety, 1.0, mark=Mark(raw, "furniture"))
            elif phase is Phase.TEXT:
                lines = value[a:b].count("\n")
                yield Change(
                    (Edit(a, b, "\n" * lines + rng.choice(["", "好", "𠀀x", '"\\\t'])),), "misread", safety, 0.5
                )
            elif rng.random() < 0.5 and value:
                to = rng.choice([p for p in range(len(value) + 1) if p <= a or p >= b])
                edits = sorted([Edit(a, b, ""), Edit(to, to, Span(a, b))], key=lambda e: e[:2])
                yield Change(tuple(edits), "stands in the wrong column", safety, rng.random())
            elif rng.random() < 0.5:
                yield Change((Edit(a, b, ""),), "read twice", safety, removes="".join(value[a:b].split()))
            else:
                yield Change((Edit(a, a, rng.choice([" ", "\n", "\n\n"])),), "a block ends here", safety)

    return rule(f"dice/{phase}-{seed}", find, phase)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Encoding]:
    style = draw(st.sampled_from(list(LINE_ENDS)))
    lines = draw(st.lists(st.text(st.sampled_from("上下版面 ab,，12\t\u3000𠀀\u2028\x0c"), max_size=12), max_size=8))
    ends = draw(st.lists(st.sampled_from(LINE_ENDS[style]), min_size=len(lines), max_size=len(lines)))
    raw = "".join(line + end for line, end in zip(lines, ends, strict=True)) + draw(st.sampled_from(["", "末行"]))
    codec, bom = draw(st.sampled_from(CODECS))
    return raw, Encoding(codec, bom, True, newline_style(raw))


PHASES = st.sampled_from([Phase.LAYOUT, Phase.STRUCTURE, Phase.TEXT])
CHAINS = st.lists(st.builds(dice, st.integers(0, 10**6), PHASES), max_size=5).map(lambda r: Chain("dice", tuple(r)))


def run(raw: str, encoding: Encoding, chain: Chain, **how) -> tuple[bytes, engine.Repaired, bytes, bytes]:
    data = file_bytes_of_raw(raw, encoding)
    result = engine.run(Page.of(raw, "p", encoding.newline), chain, **how)
    output = file_bytes(result.text, encoding)
    header = ledger.header_of(result, chain, data, output, encoding, apply=how.get("apply", Safety.LIKELY))
    return data, result, output, ledger.encoded(ledger.rows(result, header))


def file_bytes_of_raw(raw: str, encoding: Encoding) -> bytes:
    return (("\ufeff" if encoding.bom else "") + raw).encode(encoding.name)
