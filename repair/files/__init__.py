"""Files as they lie on a disk: where pages come from, how bytes are read and written, what is not written over."""
