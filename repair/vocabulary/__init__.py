"""Words and marks by which lines say what they are: each stands here once."""
