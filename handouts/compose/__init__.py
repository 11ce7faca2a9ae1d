"""Order → Document: what is said, in which order, in which words; nothing of how it looks."""
