"""A local Replicate on which trainings really run, for trying and testing."""
