"""Strategies for the parameters of calls: valid ones, valid ones at a limit, and ones with a fault."""
