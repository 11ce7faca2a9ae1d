"""Define the models of input: exercises, doses, programs, clinics, patients, layouts, locales.

Frozen, validated pydantic models. They read no files and draw no pages.

Modules that define models do not use ``from __future__ import annotations``: with it, pydantic
would compile six hundred annotations from text at every start.
"""
