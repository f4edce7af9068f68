"""The job: what each mode does from its inputs to its outputs. Start reading in `modes.py`.

`launch.py` goes from a plan to a training (an existing one, or one that it starts), `finish.py`
from an ended training to its version, and `promote.py` from a version to its evaluation, deployment
and README. `post.py` is the post step, which cleans up after a step that was killed.
"""
