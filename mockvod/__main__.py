"""``python -m mockvod`` is ``mockvod``."""

from mockvod.cli import main

if __name__ == "__main__":
    main()
