"""Serve the desk, a local web page that makes handouts, to people who never open a terminal.

The desk does not decide how a handout is made: it calls the library as the command line does.
"""
