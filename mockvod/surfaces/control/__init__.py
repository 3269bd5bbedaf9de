"""The control pages under ``/_mockvod``."""
