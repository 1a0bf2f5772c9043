"""Column bleed: lines of two or more columns that alternate, or stand on one physical line, are put in order again."""
