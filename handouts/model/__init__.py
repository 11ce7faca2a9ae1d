"""Define the nouns that come in: exercises, doses, programs, clinics, patients, layouts, locales.

Frozen, validated pydantic models. They know nothing of files, pages or points on paper.

Modules that define models do without ``from __future__ import annotations``: pydantic reads all
annotations when a model is defined, and would compile six hundred texts at every start.
"""
