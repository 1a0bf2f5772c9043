"""Several pages as one issue: its articles whole over pages, and articles that stand there twice.

The texts of the pages, one after the other, are one text. What is done to it is done by rules and changes, as on a
page.
"""

from __future__ import annotations
