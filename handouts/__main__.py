"""Run the command line with ``python -m handouts``."""

from __future__ import annotations

from handouts.cli.main import main

if __name__ == "__main__":
    main()
