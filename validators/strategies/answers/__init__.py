"""Strategies for answers and events."""
