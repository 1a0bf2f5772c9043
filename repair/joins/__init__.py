"""Evidence and models for joining lines and blocks, which the passes of layout share."""
