"""Turn a roster into files: one handout for each row, a manifest, failures and a print run."""
