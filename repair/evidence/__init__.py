"""One form of evidence: features in buckets, tables of weights, and what adds them up."""
