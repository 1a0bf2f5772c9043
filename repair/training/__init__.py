"""Make every table again; not part of the wheel. See README.md here."""
