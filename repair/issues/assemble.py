"""An issue put together: pages numbered, articles whole, reprints found; and all that was done to get there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from repair.articles import Part, Story, sheet_of
from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Outcome, Safety
from repair.core.effects import Effects
from repair.core.engine import Record, Repaired, Vetoes
from repair.core.page import Page
from repair.core.rule import Rule
from repair.issues import continuations as whole
from repair.issues import running_heads as running
from repair.issues.bound import Bound
from repair.issues.copies import Reprint, merge_rule, misread_rule, reprints_of
from repair.issues.links import End, Link, Links, linked
from repair.issues.numbers import Label, labels_of
from repair.issues.shift import Shift
from repair.issues.split_articles import part_at_copies

__all__ = ["Edition", "edition_of", "edition_of_page"]


@dataclass(frozen=True)
class Edition:
    """An issue as it is given out.

    `page` holds the text of all pages after all changes, and `bound` the pages as the chain left them. `stories` are
    the articles in reading order, `furniture` the parts that belong to the sheets, with the number of their page.
    `links` are the jumps that were followed, `unmatched` those that were not, and `declined` links whose change was
    not made. `left_out` are copies of articles that were taken out, as they stood in the text of `left_out_of`.
    `records` are what the rules of the issue proposed, `rules` the ids of these rules in their order, `met` the vetoes
    that fitted a change.
    """

    name: str
    bound: Bound
    labels: tuple[Label, ...]
    page: Page
    stories: tuple[Story, ...]
    furniture: tuple[tuple[int, Part], ...]
    links: tuple[Link, ...] = ()
    unmatched: tuple[End, ...] = ()
    reprints: tuple[Reprint, ...] = ()
    left_out: tuple[Story, ...] = ()
    left_out_of: Page | None = None
    records: tuple[Record, ...] = ()
    rules: tuple[str, ...] = ()
    error: str | None = None
    met: frozenset[str] = frozenset()


def edition_of_page(result: Repaired, bound: Bound) -> Edition:
    """A single page."""
    sheet = sheet_of(result.page)
    return Edition(
        result.page.name,
        bound,
        (Label("", 1),),
        result.page,
        sheet.stories,
        tuple((0, part) for part in sheet.furniture),
    )


class _Work:
    """An issue on its way: its text, its stories, and what was done."""

    def __init__(self, bound: Bound, level: Safety, vetoes: Vetoes) -> None:
        self.page = bound.page
        self.level, self.vetoes = level, vetoes
        self.met: dict[str, Effects] = {}
        self.stories: dict[int, Story] = {}
        self.furniture: list[tuple[int, Part]] = []
        self.records: list[Record] = []
        self.rules: list[str] = []
        self.error: str | None = None
        self.left_out: list[Story] = []
        self.left_out_of: Page | None = None

    def run(self, rule: Rule) -> list[Record]:
        """Run a rule of the issue; the stories follow its edits. Gives back what became of its changes."""
        result, met = engine.run_once(self.page, Chain("issue", (rule,)), self.vetoes, apply=self.level)
        self.error = self.error or result.error
        self.met |= met
        self.records += [record._replace(step=len(self.rules)) for record in result.records]
        self.rules.append(rule.id)
        edits = [done for record in result.applied for done in record.edits]
        if edits:
            shift = Shift(edits, len(self.page.text))
            self.stories = {i: kept for i, story in self.stories.items() if (kept := _shifted(story, shift)).parts}
            moved = ((number, shift.part(part)) for number, part in self.furniture)
            self.furniture = [(number, part) for number, part in moved if part]
        self.page = result.page
        return list(result.records)


def edition_of(
    bound: Bound,
    *,
    reprints: str = "link",
    apply: Safety = Safety.LIKELY,
    vetoes: Vetoes = Vetoes(),  # noqa: B008 (immutable)
    labels: Sequence[str] = (),
) -> tuple[Edition, Mapping[str, Effects]]:
    """Put an issue together, once; and the effects of the vetoes that were met and of which they were not known.

    `reprints`: "link" says where an article stands again, "merge" leaves out what the best copy has too, "off" does not
    look for them. `labels`: page numbers as a manifest states them.
    """
    work = _Work(bound, apply, vetoes)
    marked = work.run(running.rule(bound))
    marks = [record.change.mark for record in marked if record.outcome is Outcome.APPLIED and record.change.mark]
    bound = bound.with_marks(marks)
    sheets = [
        sheet_of(page, number, start)
        for number, (page, start) in enumerate(zip(bound.pages(), bound.starts, strict=True))
    ]
    work.stories = dict(enumerate(story for sheet in sheets for story in sheet.stories))
    work.furniture = [(number, part) for number, sheet in enumerate(sheets) for part in sheet.furniture]
    numbers = labels_of([leaf.name for leaf in bound.leaves], sheets, work.page.text.value, labels)
    links = linked(list(work.stories.values()), numbers, work.page.text.value)
    made, declined = _follow(work, links)
    found = _reconcile(work, reprints, numbers)
    edition = Edition(
        name=bound.name,
        bound=bound,
        labels=tuple(numbers),
        page=work.page,
        stories=tuple(work.stories.values()),
        furniture=tuple(work.furniture),
        links=tuple(made),
        unmatched=(*links.unmatched, *(end for link in declined for end in (link.start, link.end))),
        reprints=tuple(found),
        left_out=tuple(work.left_out),
        left_out_of=work.left_out_of,
        records=tuple(work.records),
        rules=tuple(work.rules),
        error=work.error,
    )
    return edition, work.met


def _follow(work: _Work, links: Links) -> tuple[list[Link], list[Link]]:
    """Put the articles together that go on; gives back the links that were followed, and those that were not."""
    made: list[Link] = []
    least = work.level.rank
    for joins in whole.generations(list(work.stories.values()), links.found, work.page.text.value):
        changes = {join: change for join in joins if (change := join.change(work.stories, work.page.text.value))}
        records = work.run(whole.rule(list(changes.values())))
        outcome = {id(record.change): record.outcome for record in records}
        for join in joins:
            made_so = outcome[id(changes[join])] is Outcome.APPLIED if join in changes else join.safety.rank <= least
            if made_so:
                whole.make_whole(work.stories, join, moved_in_text=join in changes)
                made.append(join.link)
    followed = set(made)
    return sorted(made, key=lambda link: link.start.story), [link for link in links.found if link not in followed]


def _reconcile(work: _Work, how: str, numbers: Sequence[Label]) -> list[Reprint]:
    """Find the articles that stand again, mend the best copies by the others, and leave these out where asked."""
    if how == "off":
        return []
    value, pages = work.page.text.value, [str(label) for label in numbers]
    part_at_copies(work.stories, value)
    found = reprints_of(list(work.stories.values()), work.page.text, pages)
    work.run(misread_rule(found))
    if how == "merge":
        stories, work.left_out_of = dict(work.stories), work.page
        work.run(merge_rule(found, list(stories.values())))
        work.left_out = [story for key, story in stories.items() if key not in work.stories]
    return found


def _shifted(story: Story, shift: Shift) -> Story:
    def kept(parts: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(moved for part in parts if (moved := shift.part(part)))

    return story._replace(parts=kept(story.parts), jumps=kept(story.jumps), repeated=kept(story.repeated))
