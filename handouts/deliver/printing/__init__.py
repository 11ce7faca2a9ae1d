"""Turn the handouts of a batch into one file for the printer."""
