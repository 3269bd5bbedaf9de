"""Answers calls of this process inside the process: one module for each client library."""
