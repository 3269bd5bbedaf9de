"""The surfaces of the mock: each translates its kind of request to an HttpRequest and the answer back, no more."""
