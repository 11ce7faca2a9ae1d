"""Measure the speed of handouts against other ways to make the same pages, in one run."""
