"""Pydantic's search for plugins → none: one would see every value that is checked, patients' too.

Stands in the place of ``pydantic.plugin._loader``. The switch that pydantic has for it still loads
all that looks through the packages of a machine: thirty modules, a fortieth of a first handout.
"""

from __future__ import annotations


def get_plugins() -> tuple[()]:
    """Return no plugins."""
    return ()
