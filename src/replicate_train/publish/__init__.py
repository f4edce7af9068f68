"""What happens to a version after it was made: a deployment, old versions, the README.

`deployment.py` moves a deployment to the version, `retention.py` deletes old versions, `readme.py`
fills placeholders of the model's README. They return values; nothing is printed here.
"""
