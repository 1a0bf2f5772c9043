"""From Python: a text or a file in, a result out, without knowing the modules that make it."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from repair import Chain, Page, RepairError, Result, Safety, load_chain, repair_file, run
from repair import repair as repaired
from repair.cli import main
from repair.core.errors import ReadError, UsageError
from repair.history.vetoes import read_vetoes
from repair.rulebook.resources import fixtures_dir

RAW = "\r\n新析通车了,大家都说好,\r\n来往方便多了。\r\n\r\n第二段,也说完了。\r\n"
PAGES = sorted((fixtures_dir() / "pages").glob("*/raw.txt"))


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_bytes(RAW.encode("gb18030"))
    return tmp_path


def told(call: Callable[[], object], kind: type[Exception]) -> str:
    with pytest.raises(kind) as error:
        call()
    return str(error.value)


def test_a_text() -> None:
    result = repaired(RAW)
    assert isinstance(result, Result)
    assert (result.raw, result.page.newline) == (RAW, "crlf")
    assert result.text.startswith("新析通车了，大家都说好，")
    assert result.undo() == RAW
    assert result.undo(before="quotes/straight-quote").count(",") == 3
    assert result.articles[0].text == "\n".join(block.text for block in result.articles[0].blocks)
    assert {row.rule for row in result.ledger.rows} == {record.rule for record in result.records}
    assert repr(result) == f"<Result: page, {len(result.applied)} changes made, 0 suggested>"
    assert repaired("").articles == ()


def test_a_file_is_read_as_the_command_reads_it(capfd: pytest.CaptureFixture[str]) -> None:
    result = repair_file("page.txt")
    assert (result.encoding.name, result.encoding.newline, result.raw) == ("gb18030", "crlf", RAW)
    assert main(["run", "page.txt", "-o", "out.txt", "-q"]) == 0
    assert Path("out.txt").read_bytes() == result.to_bytes()
    assert Path("out.txt.ledger.jsonl").read_text("utf-8") == result.to_ledger()
    assert main(["run", "page.txt", "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out) == result.to_dict() == json.loads(result.to_json())
    assert repair_file(Path("page.txt"), encoding="gbk").text == result.text
    Path("-").write_text("新桥。\n", "utf-8")
    assert repair_file("-").raw == "新桥。\n"


def test_what_it_gives_can_be_written_and_undone_by_the_command() -> None:
    result = repaired(RAW, name="page.txt")
    Path("own.txt").write_bytes(result.to_bytes())
    Path("own.txt.ledger.jsonl").write_text(result.to_ledger(), "utf-8")
    assert main(["undo", "own.txt", "-o", "back.txt"]) == 0
    assert Path("back.txt").read_bytes() == RAW.encode()


def test_articles_lead_back_to_the_raw_text() -> None:
    raw = (fixtures_dir() / "pages/wrapped-pdf-text/raw.txt").read_text("utf-8")
    blocks = [block for article in repaired(raw).articles for block in article.blocks]
    assert {block.kind for block in blocks} >= {"paragraph"}
    for block in blocks:
        assert all(start < end for start, end in block.raw)
        assert raw[block.raw[0][0]] == block.text[0]


def test_rules_chains_vetoes_and_levels_as_they_come() -> None:
    whole = repaired(RAW)
    main(["new", "rule", "spacing/space-before-percent", "-d", "my"])
    main(["new", "chain", "mine", "-d", "my"])
    for rules in ("my", Path("my"), ["my"]):
        assert "spacing/space-before-percent" in repaired("8 %。", rules=rules, chain="mine", apply="all").ran.ids
    assert repaired("8 %。", rules="my", chain=Path("my/chains/mine.toml"), apply=Safety.SUGGEST).text == "8%。"
    assert repaired(RAW, chain=load_chain("as-printed")).text == repaired(RAW, chain="as-printed").text
    assert "," in repaired(RAW, without="widths/*").text
    keys = [row.key for row in whole.ledger.rows if row.rule == "widths/half-width-comma"]
    Path("veto.txt").write_text("\n".join(keys), "utf-8")
    for vetoes in (keys, iter(keys), "veto.txt", Path("veto.txt"), [row for row in whole.records if row.key in keys]):
        assert repaired(RAW, vetoes=vetoes).text.count("，") == 0
    assert repaired(RAW, vetoes=keys[0]).text.count("，") == whole.text.count("，") - 1
    assert read_vetoes(Path("veto.txt")) == frozenset(keys)


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: repaired(b"bytes"), TypeError, "expected the text of a page, a str, and got bytes. Decode it"),
        (lambda: repaired(None), TypeError, "expected the text of a page, a str, and got NoneType."),
        (lambda: repaired(Path("page.txt")), TypeError, "For a file there is repair_file()."),
        (lambda: repaired("\ud800"), UsageError, "half of a surrogate pair"),
        (lambda: repaired("x", chain="nope"), UsageError, "nope: there is no such chain. Give one of as-printed"),
        (lambda: repaired("x", chain=3), TypeError, "expected the name of a chain, the path of a chain file, or what"),
        (lambda: repaired("x", apply="sure"), UsageError, "Give 'safe' or 'likely' or 'suggest'."),
        (lambda: repaired("x", apply=True), TypeError, "expected 'safe' or 'likely' or 'suggest', and got bool"),
        (
            lambda: repaired("x", vetoes=3),
            TypeError,
            "expected keys of changes, or the name of a veto file, and got int",
        ),
        (lambda: repaired("x", vetoes=["no"]), UsageError, "'no' is not the key of a change"),
        (lambda: repaired("x", vetoes="none.txt"), UsageError, "the veto file cannot be read"),
        (lambda: repaired("x", rules=b"my"), TypeError, "expected folders of rules, and got bytes"),
        (lambda: repaired("x", rules="none"), UsageError, "there is no such folder of rules"),
        (lambda: repaired("x", without="widths/x"), UsageError, "is in the chain nowhere"),
        (lambda: repaired("x", chain=load_chain(), without="widths/*"), UsageError, "give them to load_chain()"),
        (lambda: repaired("x", name=3), TypeError, "name: expected a str, and got int"),
        (lambda: repair_file(3), TypeError, "expected the name of a file, a str or a Path, and got int"),
        (lambda: repair_file("none.txt"), UsageError, "none.txt does not exist"),
        (lambda: repair_file("page.txt", encoding="utf-9"), UsageError, "no encoding of texts named 'utf-9'"),
        (lambda: repair_file("bad.txt"), ReadError, "is not text (looks like PDF)"),
        (lambda: run("x", load_chain()), TypeError, "run() takes a Page here, and got str"),
        (lambda: run(Page.of("x"), "newspaper"), TypeError, "run() takes a Chain here, and got str"),
        (lambda: run(Page.of("x"), load_chain(), apply="all"), TypeError, "run() takes a Safety here, and got str"),
        (lambda: Page.of(b"x"), TypeError, "takes the text of a page, a str, and got bytes"),
    ],
)
def test_what_is_wrong_is_told_in_words(call: Callable[[], object], kind: type[Exception], said: str) -> None:
    Path("bad.txt").write_bytes(b"%PDF-1.7")
    assert said in told(call, kind)


def test_a_page_that_breaks_a_law_is_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repair.core.engine.broken_law", lambda *_: "characters are lost (law 1)")
    assert "page: not repaired: characters are lost" in told(lambda: repaired("x"), RepairError)


def test_the_function_and_the_modules_live_side_by_side() -> None:
    code = "import repair.core.engine as e; import repair; print(repair.repair is repair.api.calls.repair, e.run)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("True <function run")


# ---- pickled, in threads, in processes -------------------------------------------------------------------------------


def same(one: Result, other: Result) -> bool:
    return (one.text, one.records, one.to_json()) == (other.text, other.records, other.to_json())


def test_all_can_be_pickled() -> None:
    result = repair_file("page.txt")
    chain = load_chain()
    page = pickle.loads(pickle.dumps(Page.of(RAW)))
    again: Chain = pickle.loads(pickle.dumps(chain))
    assert again.digest == chain.digest
    assert same(run(page, again), run(Page.of(RAW), chain))
    back = pickle.loads(pickle.dumps(result))
    assert same(back, result) and back.undo() == RAW and back.to_bytes() == result.to_bytes()
    assert pickle.loads(pickle.dumps(result.articles)) == result.articles
    assert pickle.loads(pickle.dumps(result.ledger)) == result.ledger


@pytest.mark.slow
def test_the_same_in_threads_and_in_processes() -> None:
    given = PAGES[::4]
    alone = [repair_file(path) for path in given]
    with ThreadPoolExecutor(4) as threads:
        in_threads = list(threads.map(repair_file, given * 2))
        shared = list(threads.map(partial(_with, load_chain()), given))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        in_processes = list(processes.map(repair_file, given))
        with_chain = list(processes.map(partial(_with, load_chain()), given[:2]))
    for found in (in_threads[: len(given)], in_threads[len(given) :], shared, in_processes):
        assert all(map(same, alone, found))
    assert all(map(same, alone, with_chain))


def _with(chain: Chain, path: Path) -> Result:
    return repair_file(path, chain=chain)


def test_importing_stays_light() -> None:
    code = "import sys, repair; repair.RepairError; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "repair.core.engine" not in done.stdout.split() and "numpy" not in done.stdout.split()
    code = "import sys, repair; repair.run; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"repair.formats", "repair.history.ledger", "repair.articles"} & set(done.stdout.split())
