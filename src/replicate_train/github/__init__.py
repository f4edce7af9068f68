"""GitHub's API, for the one thing that a step may need of it: an asset of a release."""
