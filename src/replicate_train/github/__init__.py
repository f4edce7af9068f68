"""GitHub's API, for one thing: downloading an asset of a release."""
