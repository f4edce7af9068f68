"""What the step reports: its log, its outputs, its annotations and its job summary.

`progress.py` is told of each thing that happens up to the end of the training, `results.py` of what
came of it. They print a line, set the outputs and note the fact in the record (`record.py`).
`summary/` makes the job summary of the record, `manifest.py` the output `manifest`, `error.py` an
error's annotations, `plan.py` the plan's lines. `markdown.py` and `chart.py` are how a summary is
written.
"""
