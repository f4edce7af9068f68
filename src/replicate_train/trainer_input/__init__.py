"""The trainer's inputs: read as YAML, meant by the trainer's own schema, checked against it."""
