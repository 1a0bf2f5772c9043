"""Results to disk: whole or not at all, never over an input, and a reason that can be read."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from repair.core.errors import WriteError
from repair.files.writing import refuse_overwrite, same_file, write_atomic


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "page.txt"
    for data in (b"", b"one\r\n", b"x" * 3_000_000):
        write_atomic(target, data)
        assert target.read_bytes() == data
    assert listed(tmp_path) == ["page.txt"]


def test_all_is_written_though_the_system_takes_little_at_a_time(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:3]))
    write_atomic(tmp_path / "page.txt", b"0123456789")
    assert (tmp_path / "page.txt").read_bytes() == b"0123456789"


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (OSError(errno.ENOSPC, "No space left"), "the disk is full. Make room"),
        (OSError(errno.EDQUOT, "Quota"), "share of the disk is used up"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (KeyboardInterrupt("by the user"), "by the user"),
    ],
)
def test_a_fault_leaves_the_old_file_and_nothing_else(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    fault: BaseException,
    message: str,
) -> None:
    target = tmp_path / "page.txt"
    target.write_bytes(b"old")

    def fail(*_: object) -> int:
        raise fault

    monkeypatch.setattr(os, call, fail)
    wanted = WriteError if isinstance(fault, OSError) else KeyboardInterrupt
    with pytest.raises(wanted, match=message):
        write_atomic(target, b"new")
    assert (listed(tmp_path), target.read_bytes()) == (["page.txt"], b"old")


def test_the_bytes_are_forced_to_disk_before_the_name_changes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = tmp_path / "page.txt"
    seen: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(target.exists()))
    write_atomic(target, b"new")
    assert seen == [False]


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM])
def test_no_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def denied(*_: object) -> int:
        raise OSError(code, "no")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(WriteError, match=r"page\.txt cannot be written: no permission\. Choose"):
        write_atomic(tmp_path / "page.txt", b"")


def test_places_that_cannot_be_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "loop").symlink_to("loop")
    for place, message in (
        (".", "it is a folder. Give the name of a file in it"),
        ("x" * 300, "name is too long"),
        ("file/page.txt", "a part of the path is a file"),
        ("no/page.txt", "its folder does not exist. Make the folder first"),
        ("loop", "a link that leads back to itself"),
    ):
        with pytest.raises(WriteError, match=message):
            write_atomic(tmp_path / place, b"new")
    with pytest.raises(WriteError, match="a part of the path is a file"):
        write_atomic(tmp_path / "file/deep/page.txt", b"new", parents=True)
    assert listed(tmp_path) == ["file", "loop"]


def test_missing_folders_are_made_when_asked(tmp_path: Path) -> None:
    write_atomic(tmp_path / "1920/04/page.txt", b"new", parents=True)
    assert (tmp_path / "1920/04/page.txt").read_bytes() == b"new"


def test_a_name_that_just_fits_is_written(tmp_path: Path) -> None:
    write_atomic(tmp_path / ("x" * 255), b"new")
    assert (tmp_path / ("x" * 255)).read_bytes() == b"new"


def test_permissions_are_kept_and_the_umask_respected(tmp_path: Path) -> None:
    target = tmp_path / "page.txt"
    old = os.umask(0o027)
    try:
        write_atomic(target, b"new")
        assert mode(target) == 0o640
        target.chmod(0o664)
        write_atomic(target, b"newer")
        assert mode(target) == 0o664
    finally:
        os.umask(old)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs the superuser")
def test_the_owner_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "page.txt"
    target.write_bytes(b"old")
    os.chown(target, 1234, 2345)
    write_atomic(target, b"new")
    assert (target.stat().st_uid, target.stat().st_gid) == (1234, 2345)


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    for name in ("there.txt", "not-yet.txt"):
        link = tmp_path / f"link-{name}"
        link.symlink_to(f"disk/{name}")
    (tmp_path / "disk/there.txt").write_bytes(b"old")
    for name in ("there.txt", "not-yet.txt"):
        write_atomic(tmp_path / f"link-{name}", b"new")
        assert (tmp_path / f"link-{name}").is_symlink()
        assert (tmp_path / "disk" / name).read_bytes() == b"new"


def test_another_hard_link_keeps_the_old_content(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"old")
    (tmp_path / "page").hardlink_to(tmp_path / "kept")
    write_atomic(tmp_path / "page", b"new")
    assert (tmp_path / "kept").read_bytes() == b"old"


def test_what_is_not_a_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    # A pipe of our own stands for all devices: run by the superuser, a broken guard would replace
    # a real one.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomic(pipe, b"new")
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        assert os.read(reader, 10) == b"new"
    finally:
        os.close(reader)


def test_an_input_is_never_the_target(tmp_path: Path) -> None:
    page, other = tmp_path / "page.txt", tmp_path / "other.txt"
    page.write_bytes(b"")
    other.write_bytes(b"")
    (tmp_path / "soft").symlink_to(page)
    (tmp_path / "hard").hardlink_to(page)
    for name in ("page.txt", "soft", "hard", "../" + tmp_path.name + "/page.txt"):
        assert same_file(tmp_path / name, page)
        with pytest.raises(WriteError, match=r"is the input .*page\.txt itself"):
            refuse_overwrite(tmp_path / name, [tmp_path / "gone", other, page])
    refuse_overwrite(other, [page, tmp_path / "gone"])
    refuse_overwrite(tmp_path / "new.txt", [page])
    assert not same_file(page, other)
    assert not same_file(page, tmp_path / "gone")
