"""The training: started exactly once, followed to its end, cancelled if need be, and its version.

- Before: `request.py` is what is asked for, `reuse.py` finds a training of the same request.
- Start: `start.py` starts one exactly once; `pending_start.py` and `find.py` find a start whose
  answer was lost, `twins.py` a second training of a start that was sent twice.
- While it runs: `follow.py` polls it (`contact.py` survives failed polls) and shows its log
  (`remote_log.py`, `log_view.py`); `guard.py` knows the training that this step answers for and
  saves it for the post step (`step_state.py`).
- Its end: `verdict.py` judges how it ended, `advice.py` says what a failure means, `version.py`
  finds the version.
- `cancel.py` cancels: after a signal or a timeout (`stopping.py`), for the second training of a
  start (`twins.py`), and in the post step (`job/post.py`).
"""
