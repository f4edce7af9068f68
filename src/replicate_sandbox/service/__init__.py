"""The service's rules: what an account may see and do. Nothing here knows HTTP.

`service.py` puts it together. A resource has a module: `models.py` (with `hardware.py`),
`versions.py`, `files.py`, `trainings.py` and `predictions.py` (what both share is in
`account_runs.py`). `signed_urls.py` lets engines download an account's files, `output_files.py`
keeps what they return, `webhooks.py` calls back, and `trainers.py` publishes trainers.
"""
