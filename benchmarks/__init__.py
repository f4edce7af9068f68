"""Benchmarks: each prints its figures beside its peer's, from the same run."""
