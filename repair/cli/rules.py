"""`repair rules`: the list of rules, one of them whole, the catalogue."""

from __future__ import annotations

from argparse import Namespace

from repair.cli.exits import Exit
from repair.core.errors import UsageError
from repair.files.terminal import tell
from repair.rulebook.catalogue import catalogue, listed, whole
from repair.rulebook.load import chain_titles, load_chain, load_rules, packaged_rules
from repair.rulebook.rule_file import nearest

__all__ = ["main"]


def main(arguments: Namespace) -> Exit:
    """Print the rules of a chain in their order, then those that it leaves out; or one rule; or the chains."""
    if arguments.chains:
        titles = chain_titles(arguments.rules)
        width = max(map(len, titles))
        for name, title in titles.items():
            tell(f"{name:{width}}  {title}")
        return Exit.OK
    chain = load_chain(arguments.chain, arguments.rules, without=arguments.without)
    every = packaged_rules() | (load_rules(arguments.rules) if arguments.rules else {})
    if arguments.id:
        if arguments.id not in every:
            raise UsageError(f"There is no rule {arguments.id!r}.{nearest(arguments.id, every)} See: repair rules")
        rule = every[arguments.id]
        lines = catalogue([rule]) if arguments.markdown else whole(rule)
    elif arguments.markdown:
        lines = catalogue(every[rule.id] for rule in chain.rules)
    else:
        lines = listed(chain.rules)
    for line in lines:
        tell(line)
    rest = every.keys() - {rule.id for rule in chain.rules}
    if not arguments.id and not arguments.markdown:
        tell(f"\n{len(chain.rules)} rules in the chain {chain.name!r} ({chain.digest}), in the order of their run.")
        if rest:
            tell(f"Not in it: {', '.join(sorted(rest))}")
    return Exit.OK
