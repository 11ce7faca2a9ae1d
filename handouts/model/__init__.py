"""Define the models of input: exercises, doses, programs, clinics, patients, layouts, locales.

All are frozen. Pydantic validates what comes from files and callers; the rest are msgspec structs.
They read no files and draw no pages.

Modules that define models do not use ``from __future__ import annotations``: with it, pydantic
would compile six hundred annotations from text at every start.
"""
