"""The destination: the model that collects the fine-tunes as its versions."""
