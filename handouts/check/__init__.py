"""Models into a validated `Order`, and content into lint findings a clinician can act on."""
