"""Strategies for signed HTTP calls."""
