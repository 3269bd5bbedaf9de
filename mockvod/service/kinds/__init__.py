"""The kinds of tasks and of resources that calls make: one file each."""
