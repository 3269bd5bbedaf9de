"""Strategies for signed HTTP requests, right ones and ones with a mistake in the signature."""
