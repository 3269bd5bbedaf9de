"""Tasks: the one owner of them, and what they tell."""
