"""Run the command line: ``handouts``, or ``python -m handouts``."""

from __future__ import annotations

import gc

from handouts.garbage import look_seldom


def main() -> None:
    """Import and run the command line; it exits with one of the codes that its help lists."""
    # What is imported stays to the end: to look through it for garbage in cycles finds nothing, and
    # takes one twentieth of the time of a short command.
    gc.disable()
    from handouts.cli.main import main as run  # noqa: PLC0415 - see above

    look_seldom()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
