"""One command trains every table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from repair.evidence.table import FOLDER
from repair.training.__main__ import STEPS, main
from tests.paths import ROOT

README = (ROOT / "repair/training/README.md").read_text("utf-8")
BY_HAND = {"jump-links.tsv"}


def test_every_table_is_written_by_one_step_but_those_set_by_hand() -> None:
    written = [name for step in STEPS for name in step.writes]
    assert len(written) == len(set(written))
    assert {path.name for path in FOLDER.glob("*.tsv")} - BY_HAND == {
        name for name in written if (FOLDER / name).is_file()
    }
    others = {name for name in written if not (FOLDER / name).is_file()}
    assert all(list((ROOT / "repair").rglob(name)) for name in others)


def test_the_page_lists_the_steps_in_their_order() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", README, re.MULTILINE) == [step.name for step in STEPS]
    for step in STEPS:
        row = next(line for line in README.splitlines() if line.startswith(f"| `{step.name}` |"))
        assert all(name.removesuffix(".tsv") in row for name in step.writes)


def test_the_list_names_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [step.name for step in STEPS]


def test_steps_are_called_in_their_order_with_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pages_train/t1").mkdir(parents=True)
    (tmp_path / "corpus").mkdir()
    called = list[str]()
    for step in STEPS:
        monkeypatch.setattr(f"repair.training.{step.module}.main", lambda given, step=step: called.append(step.name))
        assert all(Path(one).is_dir() for one in step.arguments(tmp_path) if not one.startswith("-"))
    assert main(["all", str(tmp_path)]) == 0 and called == [step.name for step in STEPS]
    called.clear()
    assert main(["heads", str(tmp_path)]) == 0 and called == ["heads"]


def test_a_folder_without_data_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["all", str(tmp_path)])
    assert "has no folder pages_train" in capsys.readouterr().err
