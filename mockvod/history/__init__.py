"""Looking back: the calls that came, what is wanted of them, and the report when it is not so."""
