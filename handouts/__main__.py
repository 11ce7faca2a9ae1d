"""Run the command line: ``handouts``, or ``python -m handouts``."""

from __future__ import annotations

import os
import sys


def _open_streams() -> None:
    """Open streams that the caller closed (``2>&-``): else a file would take their number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(handle, True)
            setattr(sys, name, os.fdopen(handle, mode))


def main() -> None:
    """Import and run the command line; it exits with one of the codes that its help lists."""
    _open_streams()
    # A pydantic plugin would see every validated value, including patients' data.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    try:
        # Only after that, because importing it defines models.
        from handouts.cli.main import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        # Ctrl-C before any command can say more.
        sys.exit(130)


if __name__ == "__main__":
    main()
