"""Replicate's HTTP API, as far as this action uses it.

`client.py` sends and receives, `responses.py` turns bytes into values or errors without a network,
`schemas.py` are the values, `errors.py` the errors; `retry.py` repeats what may be repeated,
`rate_limit.py` reads how long to wait.
"""
