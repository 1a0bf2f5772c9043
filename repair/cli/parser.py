"""The command line: commands, options and their help."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path

from repair.core.safety import LEVELS, Safety
from repair.core.version import __version__
from repair.files.guard import EXISTING
from repair.rulebook.resources import chains_dir

__all__ = ["parser"]

EXITS = """exit codes:
  0 all went well                        3 nothing to do
  1 some pages or cases failed           4 a page broke a law and was not written
  2 wrong usage, rule or chain           5 a result could not be written
                                       130 interrupted
"""


def parser() -> ArgumentParser:
    """The parser of the whole command; what it returns names in `module` the module of `repair.cli` to call."""
    root = ArgumentParser(
        prog="repair",
        description="Repairs the raw text of scanned newspaper pages. Every change can be shown, explained and undone.",
        epilog=EXITS,
        formatter_class=RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"scan-repair {__version__}")
    commands = root.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, module: str, help: str, parents: object = commands) -> ArgumentParser:
        made: ArgumentParser = parents.add_parser(name, help=help, description=help)  # type: ignore[attr-defined]
        made.set_defaults(module=module)
        return made

    _run(command("run", "run", "Repair pages."))
    _issue(command("issue", "issue", "Put issues together: articles whole over pages, reprints found."))
    _reprints(command("reprints", "reprints", "Find articles that stand in several issues or papers."))
    _explain(command("explain", "explain", "Show what was changed on a page, where, and why."))
    _report(command("report", "report", "Write an HTML report of a page, an issue or a folder run, to look at."))
    _undo(command("undo", "undo", "Give back the raw file, byte for byte, from a repaired one and its ledger."))
    _rules(command("rules", "rules", "List the rules, or show one of them whole."))
    new = root_of(commands.add_parser("new", help="Write a new rule or chain file to fill in."))
    _new_rule(command("rule", "new", "Write a new rule file, commented, with an example that passes.", new))
    _new_chain(command("chain", "new", "Write a new chain file, commented, which runs as it stands.", new))
    _test(command("test", "test", "Run the cases of the rules: the project's, or those of a folder of your own."))
    _score(command("score", "score", "Measure repaired pages or issues against gold."))
    _schema(command("schema", "schema", "Print the JSON Schema of what the program writes."))
    return root


def root_of(made: ArgumentParser) -> object:
    """Where the commands below a command are added."""
    return made.add_subparsers(metavar="WHAT", required=True)


def _chain_options(made: ArgumentParser) -> None:
    names = ", ".join(sorted(path.stem for path in chains_dir().glob("*.toml")))
    made.add_argument(
        "--chain",
        metavar="NAME|FILE",
        default="newspaper",
        help=f"chain of rules: {names}, or your own (default: newspaper); what each is for: repair rules --chains",
    )
    made.add_argument(
        "--rules", metavar="DIR", action="append", default=[], help="folder of your own rules; repeatable"
    )
    made.add_argument(
        "--without",
        metavar="ID",
        action="append",
        default=[],
        help='leave this rule out of the chain; "widths/*" leaves out a group; repeatable',
    )


def _run(made: ArgumentParser) -> None:
    made.add_argument(
        "inputs",
        metavar="INPUT",
        nargs="*",
        help="files, folders, globs; - or nothing: standard input; files in JSON Lines hold a page a row",
    )
    made.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        help="a file for one page; for several pages or rows (--rows, or a file in JSON Lines, even of one row) a "
        "folder (DIR/), or a file of rows that ends in .jsonl; names that end in .gz or .zst are compressed",
    )
    made.add_argument("--ledger", metavar="FILE", type=Path, help="where the ledger of one page goes")
    made.add_argument(
        "--format",
        choices=("txt", "md", "json", "jsonl"),
        help="default: jsonl if PATH ends in .jsonl, else txt; jsonl gives an article a row, json a page a row",
    )
    made.add_argument("--diff", action="store_true", help="show what changes instead of the repaired text")
    made.add_argument(
        "--rule", metavar="ID", action="append", default=[], help="with --diff: what this rule changes; repeatable"
    )
    _repair_options(made)
    made.add_argument("--output-encoding", metavar="NAME", help="encoding of the outputs (default: that of the input)")
    made.add_argument("--split-pages", action="store_true", help="a form feed ends a page")
    _batch_options(made)
    made.add_argument("-v", "--verbose", action="store_true", help="a line on stderr for every page")
    _quiet_option(made)


def _quiet_option(made: ArgumentParser) -> None:
    made.add_argument("-q", "--quiet", action="store_true", help="nothing on stderr but what needs a look")


def _batch_options(made: ArgumentParser) -> None:
    made.add_argument("--rows", action="store_true", help="standard input is JSON Lines, a page a row")
    made.add_argument("--jobs", metavar="N", type=int, default=1, help="processes (default: 1)")
    _existing_option(made)
    made.add_argument(
        "--on-error",
        choices=("skip", "copy", "abort"),
        default="skip",
        help="a page that fails: leave it out (default), put it out as it is, or end the run",
    )
    made.add_argument("--max-errors", metavar="N|N%", help="end the run when more pages than this have failed")
    made.add_argument("--time-limit", metavar="S", type=float, help="seconds that a file may take (default: 300)")
    made.add_argument("--report", action="store_true", help="a report for every page, and one over all")
    made.add_argument("--log", choices=("text", "json"), default="text", help="what stderr gets (default: text)")


def _repair_options(made: ArgumentParser) -> None:
    _level_option(made)
    made.add_argument("--veto", metavar="FILE", type=Path, help="keys of changes that must not be made, one a line")
    _chain_options(made)
    _encoding_option(made)
    made.add_argument("--max-bytes", metavar="N", type=int, default=50_000_000, help="largest file (default: 50000000)")


def _level_option(made: ArgumentParser) -> None:
    made.add_argument(
        "--apply",
        choices=tuple(LEVELS),
        default=str(Safety.LIKELY),
        help=f"how sure a change must be (default: {Safety.LIKELY}); all is {Safety.SUGGEST}",
    )


def _encoding_option(made: ArgumentParser) -> None:
    made.add_argument("--encoding", metavar="NAME", help="encoding of the inputs (default: told from the bytes)")


def _existing_option(made: ArgumentParser) -> None:
    made.add_argument(
        "--existing",
        choices=EXISTING,
        help="results that are there: leave them, make all again even if edited, or do nothing; by default what this "
        "program wrote is made again where it has to be, and what was edited or is not its own is refused",
    )


def _issue(made: ArgumentParser) -> None:
    made.add_argument(
        "inputs",
        metavar="ISSUE",
        nargs="+",
        help="a folder of pages, whose manifest issue.toml is used if it has one; a manifest; a file with form feeds",
    )
    made.add_argument("-o", "--output", metavar="DIR", help="folder for the text, its ledger, JSON and the articles")
    made.add_argument(
        "--format", choices=("txt", "md", "json", "jsonl"), default="txt", help="of the articles (default: txt)"
    )
    made.add_argument(
        "--reprints",
        choices=("link", "merge", "off"),
        default="link",
        help="say where an article stands again, leave the copies out, or do not look (default: link)",
    )
    _repair_options(made)
    _quiet_option(made)
    _existing_option(made)


def _reprints(made: ArgumentParser) -> None:
    made.add_argument(
        "inputs", metavar="DIR", nargs="+", help="folders; each folder below that holds pages is an issue"
    )
    made.add_argument("--format", choices=("txt", "jsonl"), default="txt", help="a list or JSON Lines (default: txt)")
    made.add_argument("--jobs", metavar="N", type=int, default=1, help="processes (default: 1)")
    _level_option(made)
    _chain_options(made)
    _encoding_option(made)
    _quiet_option(made)


def _schema(made: ArgumentParser) -> None:
    made.add_argument(
        "of",
        metavar="WHAT",
        nargs="?",
        choices=("document", "article", "reprints", "page", "manifest", "log"),
        default="document",
        help="document (--format json; default), article (a row of jsonl), reprints (a row of repair reprints), "
        "page (a row as an input), manifest (a row of manifest.jsonl), log (a row of --log json)",
    )


def _explain(made: ArgumentParser) -> None:
    made.add_argument(
        "ledger", metavar="LEDGER", type=Path, help="a ledger, the repaired file beside it, or the folder of an issue"
    )
    made.add_argument("keys", metavar="KEY", nargs="*", help="keys of changes to show in full")
    made.add_argument("--rule", metavar="ID", action="append", default=[], help="changes of this rule only; repeatable")
    made.add_argument(
        "--outcome", choices=("applied", "suggested", "vetoed", "yielded", "refused", "skipped"), help="only these"
    )
    made.add_argument("--line", metavar="N", type=int, help="changes on this line of the raw file only")
    made.add_argument("--raw", metavar="FILE", type=Path, help="the raw file, to show the surroundings of a change")
    made.add_argument("--json", action="store_true", help="rows as JSON Lines")


def _report(made: ArgumentParser) -> None:
    made.add_argument(
        "outputs",
        metavar="OUTPUT",
        nargs="+",
        type=Path,
        help="a repaired file, its ledger, the folder of an issue or of a run",
    )
    made.add_argument(
        "-o", "--output", metavar="PATH", help="a file for one report, a folder for several (default: beside OUTPUT)"
    )
    made.add_argument(
        "--raw", metavar="FILE", type=Path, help="the raw file of one page, where it cannot be led back to"
    )
    _existing_option(made)


def _undo(made: ArgumentParser) -> None:
    made.add_argument(
        "output", metavar="OUTPUT", type=Path, help="a repaired file, or the folder of an issue, as written"
    )
    made.add_argument("--ledger", metavar="FILE", type=Path, help="its ledger (default: OUTPUT.ledger.jsonl)")
    made.add_argument(
        "-o",
        "--to",
        metavar="FILE",
        type=Path,
        help="where the raw file goes (default: standard output); of an issue, the folder",
    )
    made.add_argument("--before", metavar="RULE", help="go back only to the text before this rule had its turn")
    _existing_option(made)


def _rules(made: ArgumentParser) -> None:
    made.add_argument("id", metavar="ID", nargs="?", help="show this rule whole, with its examples")
    made.add_argument("--markdown", action="store_true", help="as Markdown, with all examples")
    made.add_argument("--chains", action="store_true", help="list the chains, and what each is for")
    _chain_options(made)


def _new_rule(made: ArgumentParser) -> None:
    made.add_argument("id", metavar="ID", help="group and name, for the damage: spacing/space-before-percent")
    made.add_argument("--kind", choices=("pattern", "table", "furniture", "join", "near", "opencc"), default="pattern")
    _new_place(made)


def _new_chain(made: ArgumentParser) -> None:
    made.add_argument("chain", metavar="NAME", help="the name by which --chain asks for it, such as evening-post")
    _new_place(made)


def _new_place(made: ArgumentParser) -> None:
    made.add_argument("-d", "--dir", metavar="DIR", type=Path, default=Path("rules"), help="default: ./rules")


def _test(made: ArgumentParser) -> None:
    made.add_argument(
        "dirs", metavar="DIR", nargs="*", type=Path, help="folders of your own rules (default: the project's)"
    )
    made.add_argument("-v", "--verbose", action="store_true", help="name the cases that pass, too")


def _score(made: ArgumentParser) -> None:
    made.add_argument("gold", metavar="GOLD", type=Path, help="gold of a page or an issue (JSON), or a folder")
    made.add_argument("output", metavar="OUTPUT", type=Path, help="a repaired text or JSON document, or a folder")
    made.add_argument("--json", action="store_true", help="figures as JSON")
