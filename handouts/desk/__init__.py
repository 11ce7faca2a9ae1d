"""The desk: a local web page that makes handouts, for people who never open a terminal.

How a handout is made is not decided here: the desk calls the library as the command line does.
"""
