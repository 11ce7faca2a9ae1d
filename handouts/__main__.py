"""Run the command line: ``handouts``, or ``python -m handouts``."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Import and run the command line; it exits with one of the codes that its help lists."""
    # A plugin of pydantic would see every value that is checked, patients' too.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    try:
        # After that: importing it defines models.
        from handouts.cli.main import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        # Ctrl-C before a command is there to say more.
        sys.exit(130)


if __name__ == "__main__":
    main()
