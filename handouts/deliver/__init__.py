"""Turn handouts into files, print runs and e-mail, and read finished files back."""
