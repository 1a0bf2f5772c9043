"""The report in a real browser: opened, walked, filtered; hostile text stays text; axe-core finds nothing serious."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from repair.cli import main
from repair.core.change import Outcome
from repair.history.vetoes import read_vetoes
from repair.report import overview_report, page_report
from repair.rulebook.resources import fixtures_dir
from tests.benchmarks.chromium import chromium, missing
from tests.benchmarks.made_reports import HOSTILE, made

pytestmark = pytest.mark.slow
WHY = missing()
if WHY and not os.environ.get("CI"):
    pytest.skip(f"no browser to test the report in: {WHY}", allow_module_level=True)

WIDTHS = [1280, 800]
SCHEMES = ["light", "dark"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    assert not WHY, WHY
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports of several kinds, by name."""
    folder = tmp_path_factory.mktemp("reports")
    texts = {
        "many": page_report(*made(200, hostile=True)),
        "long": page_report(*made(20, long_line=1_000_000)),
        "nothing": page_report(*made(0)),
        "overview": overview_report({"manifest": 1, "chain": "newspaper"}, list(_rows()), _link),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    assert main(["issue", str(fixtures_dir() / "issues/jumps"), "-o", str(folder / "issue")]) == 0
    assert main(["report", str(folder / "issue"), "-o", str(folder / "issue.html")]) == 0
    return {path.stem: path for path in folder.glob("*.html")}


def _rows() -> Iterator[dict[str, Any]]:
    for number in range(1000):
        yield {
            "page": f"1920/{number:04}.txt",
            "outcome": "repaired",
            "changes": {"applied": number % 70, "suggested": number % 7},
            "rules": {f"layout/rule-{number % 5}": [number % 70, number % 7]},
            "quality": {"before": number % 83 / 100, "after": 0.3 + number % 61 / 100},
        }
    yield {"page": "bad\udcb1.txt", "outcome": "failed", "error": {"kind": "read", "said": HOSTILE[0]}}


def _link(page: str) -> str | None:
    return f"report/{page}.html" if page == "1920/0000.txt" else None


class Tab:
    """A report in a browser; what the page complains about, and what it asks the network for, fails the test."""

    def __init__(self, browser: Any, path: Path, *, width: int = 1280, scheme: str = "light", **how: Any) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, **how)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        self.own = path.as_uri()

    def __enter__(self) -> Any:
        return self.page

    def __exit__(self, kind: object, *_: object) -> None:
        self.page.close()
        if kind is None:
            assert not self.said
            assert [url for url in self.asked if not url.startswith("blob:")] == [self.own]


def number(page: Any) -> str:
    return str(page.inner_text("#number"))


def visible(page: Any, selector: str) -> bool:
    """Whether an element stands between the heads and the pane of the selected change."""
    box = page.locator(selector).first.bounding_box()
    return 0 <= box["y"] <= page.evaluate("innerHeight - document.querySelector('#dock').offsetHeight")


@pytest.mark.parametrize("width", WIDTHS)
def test_walking_from_change_to_change(browser: Any, reports: dict[str, Path], width: int) -> None:
    with Tab(browser, reports["many"], width=width) as page:
        total = page.locator("#list > li").count()
        page.keyboard.press("j")
        assert number(page) == f"1 of {total}"
        for _ in range(40):
            page.keyboard.press("n")
        page.wait_for_timeout(100)
        assert number(page) == f"41 of {total}"
        assert visible(page, "#rows .r .c.on:not(.copy)")
        assert page.inner_text("#live").startswith(f"Change 41 of {total}")
        page.keyboard.press("k")
        page.keyboard.press("p")
        assert number(page) == f"39 of {total}"
        page.keyboard.press("Escape")
        assert page.is_hidden("#dock")
        assert page.locator(".on").count() == 0


def test_the_next_that_needs_eyes(browser: Any, reports: dict[str, Path]) -> None:
    with Tab(browser, reports["many"]) as page:
        seen = set()
        eyes = page.locator("#list > li[data-eyes]").count()
        for _ in range(eyes):
            page.keyboard.press("s")
            seen.add(page.get_attribute("#list > li[aria-current]", "id"))
        assert len(seen) == eyes > 1
        assert page.locator("#list > li[aria-current][data-eyes=gap]").count() == 1


def test_filters(browser: Any, reports: dict[str, Path]) -> None:
    with Tab(browser, reports["many"]) as page:
        total = page.locator("#list > li").count()
        commas = page.locator("#list > li.replaced").count()
        page.click("button[aria-label='only widths/half-width-comma']")
        assert page.locator("#list > li:not([hidden])").count() == commas < total
        assert page.inner_text("#shown-count") == f"{commas} of {total} changes are shown."
        page.evaluate("scrollTo(0, 0)")
        page.keyboard.press("j")
        assert number(page) == f"1 of {commas}"
        assert page.locator("#rows .c.moved.off").count() == page.locator("#rows .c.moved").count() > 0
        page.click("#all-rules")
        page.uncheck("#filters input[value=safe]")
        safe = page.locator("#list > li[data-safety=safe]").count()
        assert page.locator("#list > li:not([hidden])").count() == total - safe
        page.check("#filters input[value=safe]")
        page.check("#only-eyes")
        assert page.locator("#list > li:not([hidden])").count() == page.locator("#list > li[data-eyes]").count()


def test_a_click_on_a_mark_selects_its_change(browser: Any, reports: dict[str, Path]) -> None:
    with Tab(browser, reports["many"]) as page:
        mark = page.locator("#rows .p ins.replaced").first
        mark.click()
        assert page.get_attribute("#list > li[aria-current]", "id") == f"c{mark.get_attribute('data-c')}"
        assert "widths/half-width-comma" in page.inner_text("#detail")


def test_lines_lead_from_where_to_where(browser: Any, reports: dict[str, Path]) -> None:
    with Tab(browser, reports["many"]) as page:
        assert page.locator("#lines g path").count() == 0
        page.click("button[aria-label='only layout/headline-after-body']")
        page.keyboard.press("j")
        page.wait_for_timeout(100)
        assert page.locator("#lines g path.moved").count() == 1
        old, new = (page.locator(f"#rows .{side} .c.moved.on").first.bounding_box() for side in "rp")
        line = page.locator("#lines g path.moved").bounding_box()
        assert abs(line["x"] + line["width"] - new["x"]) < 12
        ends = sorted((old["y"] + old["height"] / 2, new["y"] + new["height"] / 2))
        assert abs(line["y"] - ends[0]) < 30 and abs(line["y"] + line["height"] - ends[1]) < 30
        page.click("#all-rules")
        page.click("button[aria-label='only layout/passage-read-twice']")
        page.keyboard.press("j")
        assert page.locator("#rows .r .c.copy.on").count() > 0
        page.click("#detail [data-go=copy]")
        page.wait_for_timeout(100)
        assert visible(page, "#rows .r .c.copy.on")
        page.keyboard.press("Escape")
        page.click("#all-rules")
        page.evaluate("scrollTo(0, 0)")
        page.check("#all-moves")
        page.wait_for_timeout(100)
        assert page.locator("#lines g path").count() >= 1


def test_refused_keys_become_a_veto_file(browser: Any, reports: dict[str, Path], tmp_path: Path) -> None:
    with Tab(browser, reports["many"]) as page:
        keys = set()
        for _ in range(3):
            page.keyboard.press("j")
            page.keyboard.press("x")
            keys.add(page.get_attribute("#list > li[aria-current]", "data-key"))
        page.keyboard.press("j")
        page.click("#refuse")
        page.click("#refuse")
        assert page.inner_text("#refused-count") == "3"
        with page.expect_download() as download:
            page.click("#save-veto")
        assert download.value.suggested_filename == "veto.txt"
        download.value.save_as(tmp_path / "veto.txt")
    assert read_vetoes(tmp_path / "veto.txt") == keys


def test_vetoes_of_the_run_stay_refused(browser: Any, tmp_path: Path) -> None:
    ledger, raw = made(20)
    row = ledger.rows[-1]._replace(outcome=Outcome.VETOED)
    ledger = type(ledger)(ledger.header, (*ledger.rows[:-1], row))
    (tmp_path / "report.html").write_text(page_report(ledger, raw), "utf-8")
    with Tab(browser, tmp_path / "report.html") as page:
        assert row.key in page.input_value("#veto")


def test_hostile_text_shows_as_text(browser: Any, reports: dict[str, Path]) -> None:
    with Tab(browser, reports["many"]) as page:
        text = page.text_content("#rows")
        assert HOSTILE[0] in text and "右至左<202E>abc" in text
        assert "made" in page.title() and page.title() != "run"
        assert page.locator("#rows img, #rows script, #rows a").count() == 0
    with Tab(browser, reports["overview"]) as page:
        assert HOSTILE[0] in page.inner_text("tr.failed")


def test_the_policy_stops_what_would_be_put_in(browser: Any, reports: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "altered.html"
    text = reports["many"].read_text("utf-8").replace("</main>", "<script>document.title = 'run'</script></main>")
    path.write_text(text, "utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.title() != "run"
    page.close()


def test_a_line_of_a_megabyte(browser: Any, reports: dict[str, Path]) -> None:
    with Tab(browser, reports["long"]) as page:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("j")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert page.evaluate("document.querySelector('#rows').textContent.length") > 2_000_000


@pytest.mark.parametrize("name", ["many", "nothing", "issue", "overview"])
def test_without_javascript(browser: Any, reports: dict[str, Path], name: str) -> None:
    with Tab(browser, reports[name], java_script_enabled=False) as page:
        assert page.locator(".js-only").first.is_hidden() if page.locator(".js-only").count() else True
        shown = "#rows .p .l, #table tbody tr"
        assert page.locator(shown).first.is_visible()


@pytest.mark.parametrize("width", [*WIDTHS, 400])
@pytest.mark.parametrize("name", ["many", "nothing", "issue", "overview"])
def test_nothing_is_wider_than_the_window(browser: Any, reports: dict[str, Path], name: str, width: int) -> None:
    with Tab(browser, reports[name], width=width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["many", "nothing", "issue", "overview"])
def test_axe_finds_nothing_serious(browser: Any, reports: dict[str, Path], name: str, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with Tab(browser, reports[name], width=width, scheme=scheme) as page:
        if name != "overview":
            page.evaluate("document.querySelector('#side').open = true")
            page.keyboard.press("s" if name == "many" else "j")
        found = Axe().run(page).response["violations"]
        told = [
            f"{rule['impact']} {rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"][:3]
        ]
        assert not told


def test_sorting_and_finding_pages(browser: Any, reports: dict[str, Path]) -> None:
    with Tab(browser, reports["overview"]) as page:
        rows = page.locator("#table tbody tr")
        assert rows.count() == 300 and "bad" in rows.first.inner_text()
        page.click("#more")
        assert rows.count() == 600
        page.click("#table th[data-column='5'] button")
        page.click("#table th[data-column='5'] button")
        assert page.get_attribute("#table th[data-column='5']", "aria-sort") == "descending"
        assert rows.first.locator("td").nth(2).inner_text() == "69"
        page.fill("#name", "0000")
        assert rows.count() == 1 and rows.locator("a").get_attribute("href") == "report/1920/0000.txt.html"
        page.fill("#name", "")
        page.select_option("#outcome", "failed")
        assert rows.count() == 1 and "bad\\xb1.txt" in rows.first.inner_text()


def test_in_print_both_texts_and_the_list_are_there(browser: Any, reports: dict[str, Path]) -> None:
    with Tab(browser, reports["issue"]) as page:
        page.emulate_media(media="print")
        assert page.is_hidden("aside") and page.is_hidden("nav")
        assert page.locator("#rows .r .l").first.is_visible() and page.locator("#rows .p .l").first.is_visible()
        assert page.locator("#list .key").first.is_visible()
