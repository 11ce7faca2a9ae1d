"""Turn a few lines of YAML into the picture of an exercise: poses, display lists, vectors."""
