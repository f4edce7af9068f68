"""The job: what each mode does from its inputs to its outputs. Start reading in `modes.py`.

`launch.py` goes from a plan to a training, `finish.py` from an ended training to its version, and
`post.py` is the post step, which cleans up after a step that was killed.
"""
