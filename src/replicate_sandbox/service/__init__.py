"""The service's rules: what an account may see and do. Nothing here knows HTTP.

`service.py` puts it together, `settings.py` holds the switches. A resource has a module:
`models.py` (with `hardware.py` and `model_lists.py`), `versions.py`, `files.py`,
`deployments.py`, `trainings.py` and `predictions.py` (what both share is in `account_runs.py` and
`run_parts.py`). `signed_urls.py` lets engines download an account's files, `output_files.py` keeps
what they return, `streams.py` shows it as it comes, `webhooks.py` (with `webhook_fields.py`) calls
back, and `trainers.py` publishes trainers. `faults.py` keeps the faults (`fault.py`),
`fault_fields.py` reads them, and `training_faults.py` applies those of trainings.
"""
