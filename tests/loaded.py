"""What the process has loaded from which the tests fork their working processes: a chain, and all that a page needs."""

from __future__ import annotations

import gc
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from repair.batch.settings import Settings
from repair.batch.work import Job
from repair.files.sources import expand
from repair.files.targets import Targets
from repair.rulebook.load import load_chain

with TemporaryDirectory() as folder, chdir(folder):
    Path("page.txt").write_text("新桥通车\n\n渠里来了水，渠边也栽了树,镇上\n的人都来看。\n" * 9, "utf-8")
    chain = load_chain()
    for form in ("txt", "json", "jsonl", "md"):
        targets = Targets.of(["page.txt"], "out/", None, split=False, format=form)
        (source,) = targets.placed(expand(["page.txt"]))
        Job(Settings("newspaper", (), chain.digest, targets), chain).source(source)
gc.freeze()  # what a forked process looks through is copied to it
