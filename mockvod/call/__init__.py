"""The life of a call, from bytes to bytes."""
