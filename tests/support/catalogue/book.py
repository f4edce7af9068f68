"""All topics, in the order in which they are read, and the files that hold them."""

from pathlib import Path

from support.catalogue.topic import Played, Topic
from support.catalogue.topics import TOPICS

PREFACE = """\
What the action shows in each situation: its log, as the run's page shows it (an annotation begins
with error, warning or notice, its title in brackets, and its place if it has one), its outputs, and
its job summary. `with` are the inputs that differ from these:

    model-name: you/m
    trainer: acme/trainer
    dataset: https://example.com/data.jsonl
    training-input: steps: 10
"""
GOLDEN = Path(__file__).resolve().parents[2] / "catalogue" / "golden"


def golden(topic: Topic) -> Path:
    """Return the file that holds a topic's text."""
    return GOLDEN / f"{topic.name}.txt"


def play(*names: str) -> dict[Topic, Played]:
    """Play the topics of these names, all of them where none is named."""
    chosen = [one for one in TOPICS if one.name in names or not names]
    return {one: one.play() for one in chosen}
