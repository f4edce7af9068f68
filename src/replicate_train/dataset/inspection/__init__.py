"""A dataset's files, looked into before anything is spent: what would break a training is told."""
