"""Lay a handout out once and stamp it for many patients."""
