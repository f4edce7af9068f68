"""The dataset: what the workflow names, looked at, packed and brought to where trainers read it."""
