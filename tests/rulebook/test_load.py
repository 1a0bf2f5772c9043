"""Rules and chains from files: what users get, and what they are told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from repair.core.errors import UsageError
from repair.passes import pass_ids
from repair.rulebook.load import chain_names, chain_titles, load_chain, load_rules, packaged_rules
from repair.rulebook.resources import chains_dir, rules_dir

RULE = """title = "t"
why = "w"
phase = "{phase}"
kind = "pattern"
find = 'a'
replace = 'b'
[[example]]
raw = "a"
gold = "b"
[[keep]]
text = "c"
"""


@pytest.fixture
def folder(tmp_path: Path):
    """Writes files below a rules folder and gives its path."""

    def write(**files: str) -> Path:
        for name, content in files.items():
            path = tmp_path / "mine" / name.replace("__", "/").replace("_", "-")
            path = path.with_suffix(".toml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content.format(phase="finish") if content is RULE else content, "utf-8")
        return tmp_path / "mine"

    return write


def told(call, *args) -> str:
    with pytest.raises(UsageError) as error:
        call(*args)
    return str(error.value)


# ---- rules -----------------------------------------------------------------------------------------------------------


def test_id_is_the_path_below_the_folder(folder):
    mine = folder(spacing__own_rule=RULE, other=RULE, chains__x="title = 'x'\n", fixtures__pages__p__case="")
    assert list(load_rules([mine])) == ["other", "spacing/own-rule"]


def test_digest_follows_the_file_and_its_table(folder, tmp_path):
    mine = folder(x=RULE)
    first = load_rules([mine])["x"].digest
    assert load_rules([mine])["x"].digest == first
    (mine / "x.toml").write_text(RULE.format(phase="finish").replace('"t"', '"u"'))
    assert load_rules([mine])["x"].digest != first
    (mine / "x.toml").write_text("title='t'\nwhy='w'\nphase='text'\nkind='table'\ntable='x.tsv'\n")
    digests = set()
    for content in ("a\tb\n", "a\tc\n"):
        (mine / "x.tsv").write_text(content)
        digests.add(load_rules([mine])["x"].digest)
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("find =", "fnd =", "unknown key 'fnd'. Did you mean 'find'?"),
        ('kind = "pattern"', 'kind = "patern"', "'patern' is not a kind of rule. Did you mean 'pattern'?"),
        ('kind = "pattern"', "", "key 'kind' is missing"),
        ('"finish"', '"finnish"', "'finnish' is not a phase. Did you mean 'finish'?"),
        ('"finish"', '"finish"\nsafety = "sure"', "safety: 'sure' is not a safety. Give one of \"safe\""),
        ("replace = 'b'", "", "key 'replace' is missing. Give the text to put in its place"),
        ("replace = 'b'", "replace = 3", "replace: expected text in quotes"),
        ("replace = 'b'", "replace = 'b'\ntimeout = true", "timeout: expected a number"),
        (
            "replace = 'b'",
            "replace = 'b'\nconfidence = 2",
            "confidence: expected how often such a change is right, from",
        ),
        ("replace = 'b'", "replace = 'b'\nneeds = 'xy'", "needs: the example 'a' has none of 'xy'"),
        ("replace = 'b'", "replace = 'b'\nneeds = ['ab']", "needs: the example 'a' has none of ('ab',)"),
        ("replace = 'b'", "replace = 'b'\nneeds = ['a', 1]", "needs: expected text in quotes (characters, or a list"),
        ("find = 'a'", "find = 'a", ":5: not TOML|not TOML: .*line 5, column 10"),
        ("[[keep]]\ntext", "[[keep]]\ntxt", r"[[keep]] number 1: unknown key 'txt'. Did you mean 'text'?"),
        ("kind = \"pattern\"\nfind = 'a'\nreplace = 'b'", 'kind = "join"\nend = "a"\nstart = "b"', '"layout", not in'),
    ],
)
def test_error_names_file_key_and_what_to_do(folder, old, new, said):
    text = RULE.format(phase="finish")
    assert old in text
    message = told(load_rules, [folder(x=text.replace(old, new))])
    assert "x.toml" in message
    import re

    assert said in message or re.search(said, message), message


def test_file_that_is_not_utf8(folder):
    mine = folder(x=RULE)
    (mine / "x.toml").write_bytes("title = 't'\nwhy = '报纸的字'\n".encode("gb18030"))
    assert "x.toml:2: not UTF-8" in told(load_rules, [mine])


def test_byte_order_mark_of_notepad_is_no_mistake(folder):
    mine = folder(x=RULE)
    (mine / "x.toml").write_bytes(b"\xef\xbb\xbf" + RULE.format(phase="finish").replace("\n", "\r\n").encode())
    assert "x" in load_rules([mine])


def test_folder_that_is_not_there_or_holds_nothing(tmp_path):
    assert "there is no such folder" in told(load_rules, [tmp_path / "no"])
    assert "holds no rules" in told(load_rules, [tmp_path])


def test_safety_and_confidence_by_default(folder):
    likely = RULE.format(phase="finish").replace("find =", 'safety = "likely"\nfind =')
    rules = load_rules([folder(x=RULE, y=likely, z=likely.replace("find =", "confidence = 0.9\nfind ="))])
    assert [rule.find.says.confidence for rule in rules.values()] == [0.99, 0.95, 0.9]


# ---- chains ----------------------------------------------------------------------------------------------------------


def chain(folder: Path, text: str, name: str = "c") -> str:
    path = folder / "chains" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("title = 'c'\n" + text, "utf-8")
    return name


def ids(name: str, folder: Path) -> list[str]:
    return [rule.id for rule in load_chain(name, [folder]).rules]


def test_rules_run_in_the_order_written(folder):
    mine = folder(a=RULE, b=RULE, c=RULE)
    assert ids(chain(mine, "rules = ['c', 'a', 'b']"), mine) == ["c", "a", "b"]


def test_own_rule_that_no_chain_names_runs_at_the_end_of_its_phase(folder):
    mine = folder(
        t1=RULE.format(phase="text"), f1=RULE, r1=RULE.format(phase="read"), z=RULE, a=RULE.format(phase="text")
    )
    assert ids(chain(mine, "rules = ['t1', 'f1']"), mine) == ["r1", "t1", "a", "f1", "z"]


def test_extends_without_and_insert(folder):
    mine = folder(a=RULE, b=RULE, c=RULE, d=RULE, w__x=RULE, w__y=RULE)
    chain(mine, "rules = ['a', 'w/x', 'b', 'w/y', 'c']", "base")
    text = "extends = 'base'\nwithout = ['w/*']\ninsert = [{rule = 'd', before = 'b'}, {rule = 'c', after = 'a'}]"
    assert ids(chain(mine, text), mine) == ["a", "c", "d", "b"]
    by_path = mine / "chains" / "c.toml"
    assert [rule.id for rule in load_chain(str(by_path), [mine]).rules] == ["a", "c", "d", "b"]


def test_own_rule_takes_the_place_of_the_packaged_one_of_its_id(folder):
    packaged = load_chain()
    place = next(i for i, rule in enumerate(packaged.rules) if rule.kind == "pattern")
    name = packaged.rules[place].id
    mine = folder(**{name.replace("/", "__").replace("-", "_"): RULE})
    own = load_chain(rules_dirs=[mine])
    assert [rule.id for rule in own.rules] == [rule.id for rule in packaged.rules]
    assert own.rules[place].title == "t"
    assert own.digest != packaged.digest


def test_options_reach_the_rule_and_change_the_digest(folder):
    mine = folder(a=RULE)
    plain = load_chain(chain(mine, "rules = ['a']", "plain"), [mine])
    other = load_chain(chain(mine, "rules = ['a']\n[options.a]\ntimeout = 3"), [mine])
    assert other.options_of(other.rules[0]) == {"timeout": 3}
    assert other.digest != plain.digest


def test_options_of_a_rule_that_a_later_chain_leaves_out_are_no_mistake(folder):
    mine = folder(a=RULE, b=RULE)
    chain(mine, "rules = ['a', 'b']\n[options.a]\ntimeout = 3", "base")
    assert ids(chain(mine, "extends = 'base'\nwithout = ['a']"), mine) == ["b"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules = ['spacing/ownrule']", "there is no rule 'spacing/ownrule'. Did you mean 'spacing/own-rule'?"),
        ("rules = ['a', 'a']", "'a' stands twice"),
        ("rules = [1]", "rules: expected a list of texts"),
        ("rules = ['a']\nextends = 'newspaper'", "Give one."),
        ("", "Give one."),
        ("extends = 'c'", "extends itself"),
        ("extends = 'newspapr'", "there is no such chain. Did you mean 'newspaper'?"),
        ("extends = 'no.toml'", "there is no such chain file"),
        ("extends = 'd'\nwithout = ['b']", "without: 'b' is in the chain nowhere"),
        ("extends = 'd'\ninsert = [{rule = 'a'}]", "give either 'after' or 'before'"),
        ("extends = 'd'\ninsert = [{rule = 'a', after = 'b'}]", "'b' is not in the chain"),
        ("extends = 'd'\ninsert = ['a']", "insert, number 1: expected a table"),
        ("rules = ['a']\n[options.a]\ntimeot = 3", "unknown key 'timeot'. Did you mean 'timeout'?"),
        ("rules = ['a']\n[options.a]\ntimeout = 'x'", "timeout: expected a number"),
        ("rules = ['a']\n[options.q]\ntimeout = 3", "the rule is not in the chain"),
        ("rule = ['a']", "unknown key 'rule'. Did you mean 'rules'?"),
    ],
)
def test_broken_chain_is_told(folder, text, said):
    mine = folder(a=RULE, spacing__own_rule=RULE)
    chain(mine, "rules = ['a']", "d")
    message = told(load_chain, chain(mine, text), [mine])
    assert said in message
    assert "c.toml" in message or "chains" in message or "newspapr" in message


def test_chain_that_extends_itself_by_way_of_another(folder):
    mine = folder(a=RULE)
    chain(mine, "extends = 'two'", "one")
    assert "extends itself, by way of" in told(load_chain, chain(mine, "extends = 'one'", "two"), [mine])


def test_unknown_chain(folder):
    assert "Did you mean 'newspaper'?" in told(load_chain, "newspapers")
    assert "there is no such chain file" in told(load_chain, "newspapers.toml")


# ---- the package -----------------------------------------------------------------------------------------------------


def test_packaged_chains_load_and_hold_every_rule():
    names = chain_names()
    assert {"newspaper", "as-printed"} <= set(names)
    placed = {rule.id for name in names for rule in load_chain(name).rules}
    assert set(packaged_rules()) - placed == set(), "id in no chain: write it into rules/chains/newspaper.toml"


def test_packaged_rules_are_rule_files_and_passes():
    rules = packaged_rules()
    files = {p.relative_to(rules_dir()).with_suffix("").as_posix() for p in rules_dir().rglob("*.toml")}
    chains = {p.relative_to(rules_dir()).with_suffix("").as_posix() for p in chains_dir().glob("*.toml")}
    assert chains
    files.remove("sets")
    assert set(rules) == (files - chains) | pass_ids()
    assert all(rule.digest and rule.path and rule.path.is_file() for rule in rules.values())


def test_every_tsv_belongs_to_a_rule():
    lists = set(rules_dir().rglob("*.tsv"))
    used = {rule.find.path for rule in packaged_rules().values() if hasattr(rule.find, "content")}
    assert lists == used


def test_loading_compiles_nothing_and_leaves_heavy_modules_alone():
    code = (
        "import sys; from repair.rulebook.load import load_chain; load_chain('as-printed'); "
        "print([m for m in ('opencc', 'rapidfuzz', 'pytest') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_chain_without_a_title_has_that_of_the_chain_that_it_extends(folder) -> None:
    mine = folder(a=RULE, chains__base="title = 'for tests'\nrules = ['a']", chains__own="extends = 'base'\n")
    assert load_chain("own", [mine]).digest == load_chain("base", [mine]).digest
    assert chain_titles([mine])["own"] == "for tests"
    (mine / "chains/bare.toml").write_text("rules = ['a']\n")
    assert "'title' is missing. Say in a line what the chain is for" in told(load_chain, "bare", [mine])


def test_rules_are_left_out_by_name(folder) -> None:
    mine = folder(widths__own=RULE)
    chain = load_chain(rules_dirs=[mine], without=["widths/*", "layout/wrapped-line"])
    ids = {rule.id for rule in chain.rules}
    assert "layout/wrapped-line" not in ids and not [rule_id for rule_id in ids if rule_id.startswith("widths/")]
    assert chain.digest != load_chain(rules_dirs=[mine]).digest
    assert "'widths/x' is in the chain nowhere" in told(lambda name, dirs: load_chain(without=[name]), "widths/x", [])
