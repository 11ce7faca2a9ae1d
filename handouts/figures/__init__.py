"""Pose → display list → vector picture: the exercises drawn from a few lines of YAML."""
