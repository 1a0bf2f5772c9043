"""The order of heads: headlines, labels and crossheads that were read after the text they stand over."""
