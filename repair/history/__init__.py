"""What was done to a page and what people said of it: ledger, undo, explanation, difference, vetoes."""
