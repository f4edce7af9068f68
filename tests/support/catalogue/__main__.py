"""`scripts/catalogue`: print every message, or write them to the golden files."""

import argparse
import sys

from support.catalogue.book import GOLDEN, PREFACE, golden, play
from support.catalogue.topics import TOPICS


def main() -> None:
    """Print the topics, or update their files."""
    parser = argparse.ArgumentParser(prog="scripts/catalogue", description=__doc__)
    parser.add_argument("topics", nargs="*", metavar="topic", help="only these (default: all)")
    parser.add_argument("--update", action="store_true", help="write tests/catalogue/golden")
    asked = parser.parse_args()
    names = [one.name for one in TOPICS]
    if unknown := set(asked.topics) - set(names):
        parser.error(f"unknown topic {', '.join(sorted(unknown))}; topics: {', '.join(names)}")
    played = play(*asked.topics)
    if not asked.update:
        sys.stdout.write(f"{PREFACE}\n")
    for topic, came in played.items():
        if asked.update:
            golden(topic).write_text(came.text, "utf-8")
        else:
            sys.stdout.write(f"{came.text}\n")
    if asked.update and not asked.topics:
        for path in set(GOLDEN.glob("*.txt")) - set(map(golden, played)):
            path.unlink()  # of a topic that was removed


main()
