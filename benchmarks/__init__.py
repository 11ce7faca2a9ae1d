"""How fast handouts are made: ratios against other ways of making the same pages, in one run."""
