"""Tasks: the book that owns them, how they are made, run and end, and how answers describe them."""
