"""Finished handouts into e-mail: one message to one recipient, each at most once."""
