"""Run the command line: ``handouts``, or ``python -m handouts``."""

from __future__ import annotations

import os
import sys


def _open_streams() -> None:
    """Open what the caller has closed (``2>&-``): else the next file would take its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(handle, True)
            setattr(sys, name, os.fdopen(handle, mode))


def main() -> None:
    """Import and run the command line; it exits with one of the codes that its help lists."""
    _open_streams()
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
