"""Turn models into a validated `Order`, and content into findings a clinician can act on."""
