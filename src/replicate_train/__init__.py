"""Fine-tune a model on Replicate from a workflow step."""

__version__ = "0.1.0"
