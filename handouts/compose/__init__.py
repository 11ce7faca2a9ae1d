"""Turn an Order into a Document: what is said, in which words; nothing of how it looks."""
