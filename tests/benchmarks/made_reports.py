"""Pages with as many changes as asked for, of every kind, and their ledgers: for the report's tests and its speed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Change, Mark, Safety
from repair.core.page import Page
from repair.core.rule import Find, Options, Phase, Rule
from repair.core.text import Edit, Span
from repair.files.decoding import Encoding
from repair.files.text import file_bytes
from repair.history import ledger
from repair.history.ledger import Ledger

__all__ = ["HOSTILE", "made"]

HOSTILE = [
    "<script>document.title = 'run'</script><img src=x onerror=\"document.title='run'\">",
    "javascript:document.title='run' </textarea></script><!-- ]]> &lt;b&gt; {{ 7 * 7 }} {% raw %}",
    "右至左\u202eabc\u2066def\u2069 零宽\u200b 行分隔\u2028段\u2029 响铃\x07 空\x00 \ufeff尾",
]
_WORDS = "河上新桥昨日通车两岸居民前往观看县里又修水渠学校开学粮价平稳".strip()
_ENCODING = Encoding("utf-8", bom=False, detected=True, newline="lf")


def made(changes: int, *, hostile: bool = False, long_line: int = 0) -> tuple[Ledger, str]:
    """The ledger and the raw text of a page with about so many changes; `long_line` characters stand in one line."""
    raw = "".join(f"{line}\n\n" for line in _lines(changes, hostile))
    if long_line:
        raw += "".join(_sentence(Random(3), 40) for _ in range(long_line // 40)) + "\n"
    chain = Chain("made", _RULES)
    result = engine.run(Page.of(raw, "pages/<b>made</b>.txt" if hostile else "made.txt"), chain)
    data, output = (file_bytes(text, _ENCODING) for text in (raw, result.text))
    header = ledger.header_of(result, chain, data, output, _ENCODING)
    return ledger.parse(ledger.encoded(ledger.rows(result, header))), raw


def _lines(changes: int, hostile: bool) -> Iterator[str]:
    rng = Random(1)
    yield "云溪日报"
    for number in range(max(1, round(changes / 7.41))):
        yield _sentence(rng, 30) + ",".join(_sentence(rng, 12) for _ in range(8)) + "。"
        if number % 10 == 3:
            yield "※" + _sentence(rng, 10)
        if number % 10 == 5:
            yield _sentence(rng, 20) + "＋"
        if number % 10 == 7:
            yield "〃" + _sentence(rng, 20)
    yield from HOSTILE if hostile else ()
    yield "半段话" + _sentence(rng, 10) + "," + _sentence(rng, 10)


def _sentence(rng: Random, size: int) -> str:
    return "".join(rng.choices(_WORDS, k=size))


def _marks(page: Page, options: Options) -> Iterator[Change]:
    yield Change((), "name of the newspaper", mark=Mark(Span(0, 4), "masthead"))


def _read_twice(page: Page, options: Options) -> Iterator[Change]:
    for start, end in _lines_with(page, "〃"):
        said = page.text.value[start:end]
        yield Change(
            (Edit(start, end + 2, ""),), "read twice", Safety.LIKELY, 0.96, removes=said, copies=(Span(6, 26),)
        )


def _moved(page: Page, options: Options) -> Iterator[Change]:
    for start, end in _lines_with(page, "※"):
        to = page.text.value.rfind("\n\n", 0, start - 2) + 2
        edits = (Edit(to, to, Span(start, end + 2)), Edit(start, end + 2, ""))
        yield Change(edits, "stands over its text", Safety.LIKELY, 0.95)


def _joined(page: Page, options: Options) -> Iterator[Change]:
    value, at = page.text.value, page.text.value.find("＋\n\n")
    while at >= 0:
        yield Change((Edit(at + 1, at + 3, ""),), "the printed line ends, the paragraph goes on", confidence=0.99)
        at = value.find("＋\n\n", at + 1)


def _suggested(page: Page, options: Options) -> Iterator[Change]:
    for number, place in enumerate(_places(page, "。\n\n")):
        if number % 10 == 0:
            yield Change((Edit(place + 1, place + 3, ""),), "may go on below", Safety.SUGGEST, 0.6)


def _gaps(page: Page, options: Options) -> Iterator[Change]:
    for start, end in _lines_with(page, "半"):
        raw = page.text.raw_spans(start, end)[0]
        yield Change((), "half a paragraph", Safety.LIKELY, 0.95, mark=Mark(raw, "fragment"))


def _commas(page: Page, options: Options) -> Iterator[Change]:
    for place in _places(page, ","):
        yield Change((Edit(place, place + 1, "，"),), "half-width comma in <Chinese> text", confidence=0.99)


def _places(page: Page, said: str) -> Iterator[int]:
    at = page.text.value.find(said)
    while at >= 0:
        yield at
        at = page.text.value.find(said, at + 1)


def _lines_with(page: Page, sign: str) -> Iterator[tuple[int, int]]:
    """The lines that begin with a sign."""
    for at in _places(page, f"\n{sign}"):
        yield at + 1, page.text.value.find("\n", at + 1)


def _rule(name: str, find: Find, phase: Phase) -> Rule:
    return Rule(name, name, phase, "for tests", find)


_RULES = (
    _rule("furniture/masthead", _marks, Phase.STRUCTURE),
    _rule("layout/passage-read-twice", _read_twice, Phase.LAYOUT),
    _rule("layout/headline-after-body", _moved, Phase.LAYOUT),
    _rule("layout/wrapped-line", _joined, Phase.LAYOUT),
    _rule("layout/cut-paragraph", _suggested, Phase.LAYOUT),
    _rule("structure/fragment", _gaps, Phase.STRUCTURE),
    _rule("widths/half-width-comma", _commas, Phase.TEXT),
)
