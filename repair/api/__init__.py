"""From Python: a text or a file in, a result out; its names are those of `repair`."""
