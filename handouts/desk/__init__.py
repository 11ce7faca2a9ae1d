"""Serve the desk, a local web page that makes handouts, to people who never open a terminal.

How a handout is made is not decided here: the desk calls the library as the command line does.
"""
