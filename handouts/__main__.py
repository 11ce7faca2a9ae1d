"""Run the command line: ``handouts``, or ``python -m handouts``."""

from __future__ import annotations

import gc
import os
import sys
from functools import partial
from typing import Any

from handouts import plugins
from handouts.garbage import look_seldom


def main() -> None:
    """Import and run the command line; it exits with one of the codes that its help lists."""
    try:
        prepare()
        options = plain_options()
        if options is None:
            from handouts.cli.main import main as run  # noqa: PLC0415 - see `prepare`
        else:
            from handouts.cli.single import run as build  # noqa: PLC0415 - see `prepare`

            run = partial(build, options)
        look_seldom()
        gc.enable()
        run()
    except KeyboardInterrupt:
        # Ctrl-C before a command is there to say more.
        sys.exit(130)


def prepare() -> None:
    """Make ready for imports: all that the command line does comes after it."""
    # Both: should pydantic look for plugins in another place one day, its own switch holds.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    sys.modules.setdefault("pydantic.plugin._loader", plugins)
    # What is imported stays to the end: to look through it for garbage in cycles finds nothing, and
    # takes one twentieth of the time of a short command.
    gc.disable()


def plain_options() -> dict[str, Any] | None:
    """Return the options of a plain `build`, None for any other command line."""
    if "build" not in sys.argv:
        return None
    from handouts.cli import plain  # noqa: PLC0415 - see `prepare`

    return plain.read(sys.argv[1:], os.environ)


if __name__ == "__main__":
    main()
