"""Files into validated models: strict YAML with marks, then pydantic with our own messages."""
