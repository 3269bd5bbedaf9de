"""Strategies for answers about tasks, for refusals and for events."""
