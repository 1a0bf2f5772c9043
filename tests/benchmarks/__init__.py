"""Benchmarks: what the repairs reach, what harm they do, and how fast they are; on pages given by path."""
