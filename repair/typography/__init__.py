"""What a line of type is: classes of characters, widths in em, how a text is folded to be compared."""
