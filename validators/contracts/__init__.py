"""Reads the documents of contracts/ and compiles them to JSON Schema 2020-12; what comes out is immutable."""
