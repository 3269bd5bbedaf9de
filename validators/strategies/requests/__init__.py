"""Strategies for the parameters of calls."""
