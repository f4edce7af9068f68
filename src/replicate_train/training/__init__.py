"""The training: started exactly once, followed to its end, cancelled if need be, and its version.

`request.py` is what is asked for; `reuse.py` finds a training of the same request; `start.py`
starts one, with `pending_start.py` and `find.py` to find a start whose answer was lost;
`follow.py` polls it and shows its log (`log.py`); `guard.py` knows which training this step
answers for and what a signal or a timeout does to it; `cancel.py` cancels; `result.py` reads the
version.
"""
