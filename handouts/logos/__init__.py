"""Turn logo files into plain data: SVG as paths, PNG and JPEG as clean pictures."""
