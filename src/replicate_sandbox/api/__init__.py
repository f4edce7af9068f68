"""The HTTP API: the paths and methods of Replicate's OpenAPI document, over the service.

`app.py` puts it together. A resource has a module that lists its endpoints: `account.py` (with
the hardware), `models.py`, `versions.py`, `files.py`, `trainings.py`, `predictions.py` (with
`run_headers.py` and `streams.py`), `deployments.py`, `search.py` and `webhooks.py`.
`engine_reports.py` is what engines call. An `endpoint.py` checks the token and the rate limit
(`rate_limit.py`), reads the request (`request.py`, `multipart.py`), and writes the response
(`response.py`); `paging.py` gives lists their pages. `faults.py` (with `fault_actions.py`) makes
requests go wrong on purpose, as `fault_script.py` is told.
"""
