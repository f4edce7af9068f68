"""Every message of the action, as one document: `scripts/catalogue` prints it.

`topics/` plays each situation with the action's real code over a scripted service, `stage.py` runs
it with fixed ids and times, `render.py` writes what the log, the outputs and the job summary show.
`places.py` and `words.py` find the messages that no situation shows.
"""
