"""One form of evidence: features in buckets, tables of weights, and what adds them up.

A feature is declared once, above the function that computes it (`feature`); a table holds a weight for each bucket of
each feature, keyed by name (`table`); the log odds of a thing are the weights of its buckets added up in the order of
their names (`Table.odds`). So to add evidence is to write one function and to train the table anew.
"""
