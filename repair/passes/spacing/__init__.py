"""Passes of this family: each module or package is one rule, and its path is the rule's id."""
