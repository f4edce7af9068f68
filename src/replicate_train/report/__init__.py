"""What the step reports: `progress.py` in the log and the outputs, `markdown.py` in the summary."""
