"""Story → Handout: tagged PDF bytes; drawing decides nothing, all of that is layout's."""
