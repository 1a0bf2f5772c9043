"""Articles that stand again elsewhere: found, verified, gathered, and what their copies read where they differ.

A *reprint* is the same article on another page, in another issue or paper; each copy is a *witness* of it.

>>> said = "去年冬天镇上修好了三座桥，今年春天渠里来了水，渠边栽了两千棵白杨树，一直栽到山脚下，来看的人都说好。"
>>> [cluster] = clusters([Entry("p1", said), Entry("p4", said.replace("好了三座", "好丁三座"))])
>>> cluster.core, cluster.members
(0, (0, 1))
"""

from __future__ import annotations

from repair.reprints.cluster import Cluster, Entry, Evidence, clusters, pairs
from repair.reprints.correction import Reading, readings
from repair.reprints.index import Candidate, candidates
from repair.reprints.match import Match, Shared, verify
from repair.reprints.variants import Variant, Witness, apparatus

__all__ = [
    "Candidate",
    "Cluster",
    "Entry",
    "Evidence",
    "Match",
    "Reading",
    "Shared",
    "Variant",
    "Witness",
    "apparatus",
    "candidates",
    "clusters",
    "pairs",
    "readings",
    "verify",
]
