"""Laws of the seam model, on a tiny table trained here and on the shipped one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from repair.core.page import Page
from repair.joins.line_seams import seams_of
from repair.seam import NGramModel, SeamScores, default_model, fuse, use
from repair.seam.fold import canonical, variants
from repair.seam.ngram import TABLE
from repair.training.corpus import Article
from repair.training.seam import train, write
from repair.training.seam_measure import measure, sample

SENTENCES = ["今天天气很好。", "明天天气不好，后天会下雨。", "县里的粮食收购工作已经开始。"] * 9


@pytest.fixture(scope="module")
def tiny() -> NGramModel:
    return train(SENTENCES)


def codes_of(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def same(one: SeamScores, other: SeamScores) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_page_and_its_strings_score_alike() -> None:
    model = default_model()
    page = "县里的粮食收\n购工作  已经开始。\n\n今年的收成\n比去年好。"
    cuts = np.arange(len(page) + 1)
    strings = model.score([page[:cut] for cut in cuts], [page[cut:] for cut in cuts])
    assert same(model.score_gaps(codes_of(page), cuts, cuts), strings)


def test_line_breaks_and_spaces_inside_a_window_do_not_count() -> None:
    model = default_model()
    whole = model.score(["全国人民代表"], ["大会常务委员会"])
    assert same(model.score(["全国 人\n民代表\n"], ["\n大\u3000会\n常务 委员会"]), whole)


@pytest.mark.slow
def test_training_twice_gives_the_same_bytes(tiny: NGramModel, tmp_path: Path) -> None:
    write(tiny, tmp_path / "one.npz")
    write(train(SENTENCES), tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    loaded = NGramModel.load(tmp_path / "one.npz")
    assert same(loaded.score(["今天天"], ["气很好"]), tiny.score(["今天天"], ["气很好"]))


@pytest.mark.parametrize(
    ("tail", "head"),
    [
        ("他說，這次會", "議開得很好"),
        ("這個問題旣", "眞實又淸楚"),
        ("（2025", "年）Ｑ"),
        ("「他", "」"),
    ],
)
def test_traditional_and_older_forms_score_as_simplified(tail: str, head: str) -> None:
    fold = str.maketrans("說這會議開個問題旣眞實淸「」（）Ｑ", "说这会议开个问题既真实清“”()q")
    model = default_model()
    assert same(model.score([tail], [head]), model.score([tail.translate(fold)], [head.translate(fold)]))


@pytest.mark.parametrize(
    ("tail", "right", "wrong"),
    [
        ("镇上的小学昨天举行了开学典", "礼，三百名学生参加", "的水位比去年高了"),
        ("工人们正在抢修被洪水冲坏的公", "路，预计明天通车", "粮入库的任务完成"),
        ("今年全县小麦总产量达到1986", "万斤，比去年增长", "礼拜天的电影散场"),
        ("图书馆新到的书都是二〇二五", "年出版的", "们在河边散步"),
    ],
)
def test_the_continuation_beats_a_stranger(tail: str, right: str, wrong: str) -> None:
    scores = default_model().score([tail, tail], [right, wrong])
    assert scores.pmi[0] > scores.pmi[1]
    assert scores.llr[0] > 4
    assert scores.llr[0] > scores.llr[1]


def test_a_finished_paragraph_before_a_new_one_does_not_go_on() -> None:
    scores = default_model().score(["大家都对这次演出表示满意。"], ["本报讯 记者从气象局获悉"])
    assert scores.llr[0] < 0


@pytest.mark.parametrize("strange", ["", "😀😀", "\ud800\udfff", "\U0010ffff", "\uffff", "\x00", "꙰ᚠ"])
def test_strange_input_gives_finite_scores(strange: str) -> None:
    tails, heads = [strange, "今天", strange], ["天气", strange, strange]
    scores = default_model().score(tails, heads)
    assert np.isfinite(scores.llr).all() and np.isfinite(scores.pmi).all()


def test_nothing_in_gives_nothing_out() -> None:
    empty = np.zeros(0, np.intp)
    for scores in (
        default_model().score([], []),
        default_model().score_gaps(codes_of(""), empty, empty),
    ):
        assert scores.llr.shape == scores.pmi.shape == (0,)


def test_without_a_head_or_a_tail_there_is_no_association() -> None:
    assert default_model().score(["今天天气"], [""]).pmi[0] == 0
    assert default_model().score([""], ["今天天气"]).pmi[0] == 0


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 tails but 1 heads"):
        default_model().score(["一", "二"], ["三"])


def test_the_shipped_table_stays_small() -> None:
    assert TABLE.stat().st_size <= 4_000_000


def test_every_key_is_found_and_few_others_are() -> None:
    keys = np.random.default_rng(3).integers(0, 2**63, 20_000).astype(np.uint64)
    values = (np.arange(10_000) % 64).astype(np.uint16)
    table = fuse.build(keys[:10_000], values)
    assert np.array_equal(table.get(keys[:10_000]), values)
    assert (table.get(keys[10_000:]) < 64).mean() < 0.01
    assert np.array_equal(fuse.unpack(fuse.pack(table.slots), table.slots.size), table.slots)


def test_importing_the_package_loads_neither_numpy_nor_the_table() -> None:
    code = "import sys, repair.seam; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_variant_table_is_sorted_and_does_what_it_says() -> None:
    pairs, classes = variants(), canonical()
    assert list(pairs) == sorted(pairs)
    for form, goal in pairs.items():
        assert classes[ord(form)] == classes[ord(goal)], form


def test_the_measures_run_on_a_model_of_any_kind(tiny: NGramModel) -> None:
    text = "县里的粮食收购工作已经开始，各乡都派人到场，农民排队交粮，秩序很好，天黑前全部入库。"
    pages = [Article(str(k), "own", f"第{k}题", [(text[k:] + text[:k]) * 4]) for k in range(24)]
    seams = sample(pages)
    assert seams.tails and len(seams.tails) == len(seams.heads) == len(seams.rivals)
    assert 0 <= measure(tiny, seams).top1 <= 1


def test_a_stronger_model_takes_the_tables_place() -> None:
    class Sure:
        """Says that everything goes on."""

        def score(self, tails: Sequence[str], heads: Sequence[str]) -> SeamScores:
            return SeamScores(np.full(len(tails), 20, np.float32), np.full(len(tails), 20, np.float32))

        def score_gaps(self, codes: NDArray[np.uint32], ends: NDArray[np.intp], starts: NDArray[np.intp]) -> SeamScores:
            return self.score([""] * len(ends), [""] * len(ends))

    page = "守桥人每天早上六点开闸，\n桥上的灯也在这时熄灭。"
    assert seams_of(Page.of(page)).llr[0] < 20
    use(Sure())
    try:
        assert seams_of(Page.of(page)).llr[0] == 20
    finally:
        use(None)
    assert seams_of(Page.of(page)).llr[0] < 20
