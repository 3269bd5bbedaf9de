"""Faults: calls that a test makes fail on purpose, and the kinds of failure."""
