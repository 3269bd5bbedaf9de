"""Calls of this process that are answered in it, one module for each client library."""
