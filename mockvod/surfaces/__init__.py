"""Ways in: each translates its own kind of request to an HttpRequest and back, and decides nothing."""
