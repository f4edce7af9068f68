"""The command `replicate-train scaffold`: a "Run workflow" form for one trainer.

`saved.py` reads a schema from a file; `fields.py` makes a form field of a trainer input;
`workflow.py` chooses the fields and says how their values reach the trainer; `writer.py` writes the
YAML. Names and texts of a schema are foreign: none of them is ever part of an expression, except
names that match `NAME`.
"""
