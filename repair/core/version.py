"""The version of the program, which every ledger and every document states."""

__all__ = ["__version__"]

__version__ = "0.1.0"
