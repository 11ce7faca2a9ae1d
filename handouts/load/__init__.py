"""Turn files into validated models: strict YAML with places, then pydantic with our messages."""
