"""Document + Layout → Story: pages of placed items, in points from the top left corner."""
