"""Runs over many pages: worker processes, a manifest that a run is resumed from, JSON Lines in and out."""
