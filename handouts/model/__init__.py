"""The nouns that come in: exercises, doses, programs, clinics, patients, layouts and locales.

Frozen, validated pydantic models. They know nothing of files, pages or points on paper.
"""
