"""The control API under ``/_mockvod``: HTTP and JSON, for tests in any language."""
