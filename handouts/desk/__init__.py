"""The desk: a local web page that makes handouts, for people who never open a terminal.

It holds no logic of handouts: it asks the library as the command line does.
"""
