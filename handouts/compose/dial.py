"""A printed telephone number → the address that dials it on a telephone."""

from __future__ import annotations

import re


def dial(phone: str) -> str | None:
    """Return the ``tel:`` address of a number as it is dialled at home; None without digits.

    RFC 3966 wants a country for a number without ``+``; telephones dial it as it is.
    """
    number = re.sub(r"[^\d+]", "", phone)
    return f"tel:{number}" if any(char.isdigit() for char in number) else None
