"""Turn an Order into a Document: the words of a handout, without its looks."""
