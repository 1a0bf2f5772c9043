"""From a decision to edits: what stands between two halves, lines that move, lines in a new order."""
