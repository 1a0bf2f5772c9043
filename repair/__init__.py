"""scan-repair: repair passes for the raw text of scanned newspapers, each change explained and reversible."""

__version__ = "0.1.0"
