"""Replicate's HTTP API, as far as this action uses it.

`client.py` has the endpoints of models, files and trainings, `predictions.py` and `deployments.py`
have theirs, and `paging.py` reads lists. `session.py` sends their requests within the rate limit
(`rate_limit.py`) and repeats what may be repeated (`retry.py`); `exchange.py` is one request and
its answer, with a total time limit (`watchdog.py`). `responses.py` turns bytes into `schemas.py` or
`errors.py` without a network. `links.py` are pages for people.
"""
