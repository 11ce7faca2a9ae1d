"""Hand finished handouts over: as files on disk, and read back from them."""
