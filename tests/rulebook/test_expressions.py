"""Expressions as people write them: named sets, several lines, and what is said of those that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from repair.core.errors import UsageError
from repair.core.page import Page
from repair.rulebook.expressions import plain
from repair.rulebook.load import load_rules
from repair.rulebook.rule_file import read_rule
from repair.rulebook.sets import packaged_sets

RULE = Path("rule.toml")
HEAD = "title = 't'\nwhy = 'w'\n"
DOUBLED = "s0 = 'a'\n" + "".join(f"s{n + 1} = '{{{{s{n}}}}}{{{{s{n}}}}}'\n" for n in range(40))
CHAINED = "".join(f"s{n} = '{{{{s{n + 1}}}}}'\n" for n in range(2000)) + "s2000 = 'a'\n"
EXAMPLE = "[[example]]\nraw = 'a'\ngold = 'b'\n[[keep]]\ntext = 'c'\n"


@pytest.fixture
def mine(tmp_path: Path):
    """Writes a folder with one rule of a kind and, if there are any, its sets; gives the folder."""

    def write(body: str, sets: str | None = None, *, kind: str = "pattern", phase: str = "text") -> Path:
        folder = tmp_path / "mine"
        (folder / "a").mkdir(parents=True, exist_ok=True)
        (folder / "a/rule.toml").write_text(f"{HEAD}phase = '{phase}'\nkind = '{kind}'\n{body}\n{EXAMPLE}", "utf-8")
        (folder / "a/list.tsv").write_text("a\tb\n", "utf-8")
        if sets is not None:
            (folder / "sets.toml").write_text(sets, "utf-8")
        return folder

    return write


def read(folder: Path):
    return load_rules([folder])["a/rule"].find


def told(folder: Path) -> str:
    with pytest.raises(UsageError) as error:
        load_rules([folder])
    return str(error.value)


# ---- sets ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{digit}}+", r"[\d]+"),
        ("{{ digit }}{2,3}", r"[\d]{2,3}"),
        ("[{{digit}}%]", r"[\d%]"),
        ("[^{{digit}}{{letter}}]", r"[^\dA-Za-z]"),
        ("[]{{digit}}]", r"[]\d]"),
        ("[%-{{digit}}-z]", r"[%\-\d\-z]"),
        (r"\{\{digit\}\}a{2,3}", r"\{\{digit\}\}a{2,3}"),
        (r"\[{{digit}}\]", r"\[[\d]\]"),
        ("[[:alpha:]{{digit}}]", r"[[:alpha:]\d]"),
        ("{{wide}}", "[，、。；：！？（《〈「『【〔）》〉」』】〕…％]"),
        ("[{{wide}}]", "[，、。；：！？（《〈「『【〔）》〉」』】〕…％]"),
    ],
)
def test_a_set_stands_for_its_characters_inside_brackets_and_outside(source: str, expected: str) -> None:
    assert plain(RULE, "find", source, packaged_sets()) == expected


@pytest.mark.parametrize(
    ("kind", "phase", "body", "where"),
    [
        ("pattern", "text", "find = '{{digit}}'\nreplace = ''\nbefore = '{{digit}}'\nafter = '{{digit}}'", "find"),
        ("table", "text", "table = 'list.tsv'\nbefore = '{{digit}}'\nafter = '{{digit}}'", "before"),
        ("furniture", "structure", "lines = ['{{digit}}', '{{digit}}']\nplace = 'top'\nmark = 'x'", "lines, number 1"),
        ("join", "layout", "end = '{{digit}}'\nstart = '{{digit}}'", "end"),
        ("near", "text", "list = 'words.tsv'\nfind = '{{digit}}'\ncutoff = 70", "find"),
    ],
)
def test_every_key_with_an_expression_knows_sets(mine, kind: str, phase: str, body: str, where: str) -> None:
    folder = mine(body, kind=kind, phase=phase)
    (folder / "a/words.tsv").write_text("a\n")
    find = read(folder)
    given = [getattr(find, key, ()) for key in ("find", "before", "after", "end", "start", "lines")]
    said = [one for value in given for one in ([value] if isinstance(value, str) else value)]
    assert said == [r"[\d]"] * body.count("{{digit}}")
    assert f"a/rule.toml: {where}: there is no set {{{{digits}}}}" in told(
        mine(body.replace("{{digit}}", "{{digits}}"), kind=kind, phase=phase)
    )


def test_a_folder_has_sets_of_its_own_beside_those_of_the_package(mine) -> None:
    folder = mine("find = '{{own}}{{digit}}'\nreplace = ''", "own = '{{digit}}x'\n")
    assert read(folder).find == r"[\dx][\d]"


def test_a_set_of_a_folder_takes_the_place_of_a_packaged_one(mine) -> None:
    folder = mine("find = '{{wide}}'\nreplace = ''", "pause = ','\nopening = '('\nclosing = ')'\n")
    assert read(folder).find == "[,()…％]"
    assert plain(RULE, "find", "{{pause}}", packaged_sets()) == "[，、。；：！？]"


def test_the_digest_of_a_rule_follows_the_sets_that_it_names(mine) -> None:
    body = "find = '{{own}}'\nreplace = ''"
    digests = [load_rules([mine(body, f"own = '{own}'\nother = 'x'\n")])["a/rule"].digest for own in "ab"]
    assert digests[0] != digests[1]
    assert load_rules([mine(body, "own = 'b'\nother = 'y'\n")])["a/rule"].digest == digests[1]


@pytest.mark.parametrize(
    ("source", "sets", "said"),
    [
        (
            "{{digits}}",
            None,
            "rule.toml: find: there is no set {{digits}}. Did you mean 'digit'? Give one of han, kana,",
        ),
        ("[a{{digits}}]", None, "rule.toml: find: there is no set {{digits}}. Did you mean 'digit'?"),
        ("{{}}", None, "there is no set {{}}. Give one of"),
        ("a{{digit", None, "rule.toml: find: {{ is not closed: '{{digit'. Write {{name}} for a set, or \\{\\{ for"),
        ("[a{{digit]", None, "rule.toml: find: {{ is not closed: '{{digit]'."),
        ("a", "own = ''\n", "sets.toml: own: the set is empty. Put its characters between the quotes"),
        ("a", "own = '{{owm}}'\nowl = '{{own}}'\n", "sets.toml: own: there is no set {{owm}}. Did you mean 'own'?"),
        (
            "{{own}}",
            "own = '{{two}}'\ntwo = '{{own}}'\n",
            "sets.toml: own: the set names itself, by way of 'own' and 'two'",
        ),
        (
            "a",
            "own = '{{b}}'\nb = '{{c}}'\nc = '{{b}}'\n",
            "sets.toml: b: the set names itself, by way of 'b' and 'c'",
        ),
        ("a", "own = '{{own}}'\n", "sets.toml: own: the set names itself, by way of 'own'. Write the characters"),
        ("a", "own = 'a]b'\n", "sets.toml: own: expected characters, as they stand between square brackets"),
        ("a", "own = '^a'\n", "sets.toml: own: expected characters"),
        ("a", "own = 'a-'\n", "sets.toml: own: expected characters"),
        ("a", "own = '-a'\n", "sets.toml: own: expected characters"),
        (
            "a",
            "own = '''a\nb'''\n",
            "sets.toml: own: expected characters, as they stand between square brackets, on one line",
        ),
        ("a", "own = 'z-a'\n", "sets.toml: own: not a regular expression"),
        ("a", "own = '{{digit'\n", "sets.toml: own: {{ is not closed"),
        ("a", DOUBLED, "sets.toml: s11: the set has more than 2,000 characters, the limit. Write ranges, as in a-z."),
        ("a", CHAINED, "sets.toml: s21: 20 sets name one another, the limit. Write the characters of some out."),
        ("a", f"own = '{'a' * 2001}'\n", "sets.toml: own: the set has more than 2,000 characters, the limit."),
        ("{{han}}" + "a" * 20_000, None, "rule.toml: find: has 20,007 characters, and 20,000 are the limit."),
        ("a", "own = 7\n", "sets.toml: own: expected text in quotes (characters, as they stand between"),
        ("a", "'o n' = 'a'\n", "sets.toml: 'o n': the name of a set has letters, digits and hyphens. Change it."),
    ],
)
def test_a_set_that_is_wrong_is_told_with_file_and_name(mine, source: str, sets: str | None, said: str) -> None:
    assert said in told(mine(f"find = '{source}'\nreplace = ''", sets))


def test_pytest_takes_the_file_of_the_sets_for_no_rule() -> None:
    from repair.cases.plugin import _is_case

    assert [_is_case(Path(name)) for name in ("sets.toml", "a/sets.toml", "rule.toml")] == [False, True, True]


# ---- several lines ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("\n  a+   # one a or more\n  # a line of its own\n\n  b\n", "a+b"),
        ("\na\\#b  #\n[ #]{1,6}\n(?:\n  c\n  |d\n)\n", "a\\#b[ #]{1,6}(?:c|d)"),
        ("\na{2,3}\n{{digit}}{2}  # {{nothing}} in a comment\n[{{digit}} ]\n", r"a{2,3}[\d]{2}[\d ]"),
        ("\n  \\ a  \n", "\\ a"),
        ("\n\ta  # 'b', [c, (d\n", "a"),
    ],
)
def test_line_breaks_indents_and_comments_do_not_count(source: str, expected: str) -> None:
    assert plain(RULE, "find", source, packaged_sets()) == expected


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("\na b\n", "rule.toml:6: find: a space inside a line does not count. Write {{space}} or [ ] for a space"),
        ("\na {1,2}\n", "rule.toml:6: find: a space inside a line"),
        ("\n a\u3000\n", "rule.toml:6: find: a space inside a line"),
        ("\na\n#{1,6}\n", "rule.toml:7: find: # begins a comment only with a space on both sides. Write \\#"),
        ("\na\n + # one or more\n", "rule.toml:7: find: a line begins with a sign that repeats. Put it behind"),
        ("\na\n {2,3}\n", "rule.toml:7: find: a line begins with a sign that repeats. Put it behind"),
        ("\n?\n", "rule.toml:6: find: a line begins with a sign that repeats. Put it behind"),
        ("\na#b\n", "rule.toml:6: find: # begins a comment only"),
        ("\na\\\n", "rule.toml:6: find: a backslash at the end of a line"),
        ("\n[a\nb]\n", "rule.toml:6: find: a square bracket is not closed on its line"),
        ("\na{{digit\n}}\n", "rule.toml:6: find: {{ is not closed"),
        ("\n{{digits}}\n", "rule.toml:6: find: there is no set {{digits}}. Did you mean 'digit'?"),
        ("\n # a\n", "rule.toml: find: holds nothing but line breaks and comments. Write the expression."),
    ],
)
def test_what_would_not_count_unseen_is_refused(mine, source: str, said: str) -> None:
    assert said in told(mine(f"find = '''{source}'''\nreplace = ''"))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_expression_on_lines_in_a_file(mine, line_end: str) -> None:
    folder = mine("find = '''\n  a   # what\n  (?=b)\n'''\nreplace = ''")
    path = folder / "a/rule.toml"
    path.write_bytes(path.read_text("utf-8").replace("\n", line_end).encode("utf-8"))
    rule = read_rule(path, "a/rule")
    assert [change.edits[0].start for change in rule.find(Page.of("a ab"), {})] == [2]


def test_a_line_break_that_is_meant_is_not_lost(mine) -> None:
    assert "rule.toml: find: has a line break from \\n in double quotes: 'a\\nb'. Put the expression in single" in told(
        mine('find = "a\\nb"\nreplace = ""')
    )
    assert read(mine("find = 'a\\nb'\nreplace = ''")).find == "a\\nb"
