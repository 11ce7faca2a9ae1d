"""Set runs of text in lines, in the faces and colours of a handout, independent of PDF."""
