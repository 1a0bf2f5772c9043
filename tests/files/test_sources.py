"""Inputs to pages: what is found and in which order, what is said when nothing is."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.core.errors import ReadError, UsageError
from repair.files.decoding import encode
from repair.files.distinct import distinct
from repair.files.sources import Source, expand, pages, single


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small archive, which is also the working folder."""
    names = ["a/page10.txt", "a/page2.txt", "a/Page1.TXT", "a/.hidden.txt", "a/photo.jpg"]
    names += ["a/b/page1.md", "a/.old/page1.txt", "c/page1.txt", "odd.ocr", "[1].txt"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*inputs: str) -> list[str]:
    return [source.name for source in expand(inputs)]


def test_a_folder_gives_its_pages_in_natural_order() -> None:
    assert names("a") == ["a/b/page1.md", "a/Page1.TXT", "a/page2.txt", "a/page10.txt"]
    assert next(expand(["a"])).relative == Path("b/page1.md")


def test_a_file_given_by_name_is_taken_whatever_its_name() -> None:
    assert names("odd.ocr", "a/.hidden.txt", "[1].txt") == ["odd.ocr", "a/.hidden.txt", "[1].txt"]
    source = next(expand(["a/page2.txt"]))
    assert source == Source("a/page2.txt", Path("a/page2.txt"), Path("page2.txt"), None)


def test_a_glob_is_expanded_and_keeps_the_tree_it_leaves_open() -> None:
    assert names("a/page*.txt") == ["a/page2.txt", "a/page10.txt"]
    found = [str(source.relative) for source in expand(["./*/page1.*"])]
    assert found == ["c/page1.txt"]
    assert [str(source.relative) for source in expand(["a/**/page1.*"])] == ["b/page1.md"]
    assert names("[ac]")[-1] == "c/page1.txt"


def test_each_file_comes_once_in_the_order_given(tree: Path) -> None:
    (tree / "a/zlink.txt").symlink_to(tree / "a/page2.txt")
    assert names("c", "a/page10.txt", "a", str(tree / "a/page2.txt"), "c/../c", "-", "-") == [
        "c/page1.txt",
        "a/page10.txt",
        "a/b/page1.md",
        "a/Page1.TXT",
        "a/page2.txt",
        "-",
    ]


def test_loops_of_links_end(tree: Path) -> None:
    (tree / "a/b/up").symlink_to(tree / "a")
    (tree / "c/other").symlink_to(tree / "a")
    (tree / "c/self.txt").symlink_to("self.txt")
    assert names("a") == ["a/b/page1.md", "a/Page1.TXT", "a/page2.txt", "a/page10.txt"]
    assert names("c")[:2] == ["c/other/b/page1.md", "c/other/Page1.TXT"]
    *_, last = expand(["c"])
    with pytest.raises(ReadError, match=r"c/self\.txt is a link that leads back to itself"):
        next(pages(last))


@pytest.mark.parametrize(
    ("given_input", "message"),
    [
        ("a/pge2.txt", r"a/pge2\.txt does not exist\. In /.*/a the nearest name is page2\.txt"),
        ("aa/x/page2.txt", r"does not exist\. In /.* the nearest name is a"),
        ("zzzzzzzz", r"does not exist\. Looked in /"),
        ("odd.ocr/x", r"a part of the path is a file"),
        ("", "input is empty"),
        ("*.pdf", r"The pattern \*\.pdf \(seen from /.*\) has no file to read"),
        ("emp*", r"The pattern emp\* .*has no file to read"),
        ("empty", r"The folder empty .*names that end in \.txt or \.md"),
    ],
)
def test_an_input_in_vain_is_an_error_before_any_work(given_input: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        expand(["c", given_input])


def test_no_input_and_broken_links_are_errors(tree: Path) -> None:
    with pytest.raises(UsageError, match="No input"):
        expand([])
    (tree / "broken.txt").symlink_to("nowhere.txt")
    with pytest.raises(UsageError, match=r"broken\.txt is a link to nowhere\.txt, which does not"):
        expand(["broken.txt"])


def test_what_is_broken_in_a_folder_is_handed_on_and_told_when_read(
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tree / "c/broken.txt").symlink_to("nowhere.txt")
    os.mkfifo(tree / "c/pipe.txt")  # would be waited at for ever: passed over
    found = list(expand(["c"]))
    assert [source.name for source in found] == ["c/broken.txt", "c/page1.txt"]
    with pytest.raises(ReadError, match=r"c/broken\.txt .*link to a file that does not exist"):
        next(pages(found[0]))

    def locked(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", locked)
    (source,) = expand(["c"])
    with pytest.raises(ReadError, match=r"c is a folder, or one that cannot be looked into"):
        next(pages(source))


def test_no_permission_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    source = single("odd.ocr")
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(ReadError, match=r"odd\.ocr cannot be read: no permission"):
        next(pages(source))
    monkeypatch.setattr(Path, "stat", denied)
    with pytest.raises(UsageError, match=r"odd\.ocr cannot be read: no permission"):
        expand(["odd.ocr"])


def test_single_wants_a_file() -> None:
    assert single("-").path is None
    with pytest.raises(UsageError, match="a is a folder; a file is needed"):
        single("a")


def test_a_name_that_is_not_utf8_can_be_shown_and_read(tree: Path) -> None:
    raw = os.fsencode(tree / "c") + b"/\xb1\xa8.txt"
    try:
        Path(os.fsdecode(raw)).write_bytes(b"page")
    except OSError:
        pytest.skip("this disk takes UTF-8 names only")
    source = list(expand(["c"]))[-1]
    assert source.name == r"c/\xb1\xa8.txt"
    assert next(pages(source))[1] == "page"


def test_a_file_too_large_is_refused_with_advice(tree: Path) -> None:
    (tree / "big.txt").write_bytes(b"x" * 101)
    assert len(next(pages(single("big.txt"), max_bytes=101))[1]) == 101
    with pytest.raises(ReadError, match=r"big\.txt is larger than 100 bytes.*--max-bytes N"):
        next(pages(single("big.txt"), max_bytes=100))


class Endless(io.RawIOBase):
    """A stream that never ends, and does not allow itself to be read for long."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += 1
        assert self.taken < 10
        return b"x" * min(size, 100)


def test_a_stream_without_an_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=Endless()))
    with pytest.raises(ReadError, match="- is larger than 150 bytes"):
        next(pages(single("-"), max_bytes=150))


def test_standard_input_is_read_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("版\r\n".encode("gb18030"))))
    ((source, text, told),) = pages(single("-"), encoding="gb18030")
    assert (source.name, text, told.newline) == ("-", "版\r\n", "crlf")


def test_a_file_is_one_page_unless_asked(tree: Path) -> None:
    (tree / "issue.txt").write_bytes(b"one\n\ftwo\r\n\f")
    ((source, text, _),) = pages(single("issue.txt"))
    assert (source.page, text) == (None, "one\n\ftwo\r\n\f")
    found = list(pages(single("issue.txt"), split_pages=True))
    assert [(s.name, str(s.relative), s.page, t, e.newline) for s, t, e in found] == [
        ("issue.txt#1", "issue-p1.txt", 1, "one\n\f", "lf"),
        ("issue.txt#2", "issue-p2.txt", 2, "two\r\n\f", "crlf"),
    ]


@given(
    st.text(st.sampled_from("\f\n\r版x。"), max_size=30),
    st.sampled_from(["utf-8", "utf-16-le", "gb18030"]),
    st.booleans(),
)
def test_the_parts_joined_are_the_file(text: str, codec: str, mark: bool) -> None:
    data = ("\ufeff" * mark + text).encode(codec)
    Path("f.txt").write_bytes(data)
    parts = list(pages(single("f.txt"), encoding=codec, split_pages=True))
    assert b"".join(encode(part, told) for _, part, told in parts) == data
    assert all("\f" not in part[:-1] for _, part, _ in parts)
    assert [source.page for source, _, _ in parts] == list(range(1, len(parts) + 1))


def test_two_sources_for_one_place_are_an_error() -> None:
    assert len(list(distinct(expand(["a", "c/page1.txt"])))) == 5
    with pytest.raises(UsageError, match=r"a/b/page1\.md and d/page1\.md would both be written to"):
        Path("d").mkdir()
        Path("d/page1.md").write_bytes(b"")
        list(distinct(expand(["a/b/page1.md", "d/page1.md"])))
