"""The trainer: its exact version, its schema, and the inputs that the workflow gives it.

An input passes through `given.py`, which reads the YAML (`yaml_*.py`), `coerce.py`, which converts
the text to the type in the schema, and `validate.py`, which reports unknown, missing and
invalid inputs (`schema_errors.py` words what the schema refuses). `schema.py` and `fields.py` read
the trainer's schema; `dataset_input.py` chooses the input for the dataset. `refused.py` has the
errors of a trainer that cannot be used.
"""
