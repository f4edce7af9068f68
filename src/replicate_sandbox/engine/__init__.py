"""The engine: trainings and predictions run for real, through Cog, Replicate's own engine.

`runs.py` runs a few at a time and takes in what the engines report (`reports.py`); `lifecycle.py`
keeps each run's status; `cog.py` speaks to one engine, `process.py` is its process in a copy of the
project (`project.py`), and `guard.py` sets its limits (`limits.py`) and kills it when the server is
gone. `data_urls.py` reads the files that engines return, `log_end.py` the last part of a log.
`scripted.py` lets a run follow a `script.py` instead, for tests of clients and for simulated
trainers.

`inspection.py` derives the schema of a project that brings none: it runs `inspector.py`, which
imports the code and reads its signatures (`signatures.py`), as a process of its own.
"""
