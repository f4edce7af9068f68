"""The trainer: its exact version, its schema, and the inputs that the workflow gives it.

The way of an input: `given.py` reads the YAML (`yaml_*.py`), `coerce.py` gives each text the type
that the schema says, `validate.py` checks the value and words what is wrong. `schema.py` and
`fields.py` read the trainer's schema; `dataset_input.py` finds the input that takes the dataset.
"""
