"""Readers and writers, one format a file. A writer takes what the chain made and gives the bytes of a file."""
