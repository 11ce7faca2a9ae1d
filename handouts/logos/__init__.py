"""Logo files → plain data: SVG as paths, PNG and JPEG as clean pictures."""
