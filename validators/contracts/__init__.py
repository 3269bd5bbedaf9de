"""Contracts as immutable compiled values."""
