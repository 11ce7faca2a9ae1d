"""Turn a finished PDF back into facts, for whoever checks it."""
