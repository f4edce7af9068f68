"""Checking the content of a dataset's files, before anything is created, uploaded or paid."""
