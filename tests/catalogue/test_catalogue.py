"""The catalogue shows every message of the action, and a change of words is a change there."""

import difflib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from support.catalogue import places, words
from support.catalogue.book import GOLDEN, golden, play
from support.catalogue.source import PACKAGE, Place
from support.catalogue.topic import Played, Topic
from support.catalogue.topics import TOPICS
from support.catalogue.unreached import PLACES, WORDS
from support.scripted import TOKEN


@dataclass(frozen=True)
class Book:
    """All topics as they were played, and the places of the source that were reached."""

    played: dict[Topic, Played]
    reached: set[places.Position]

    @property
    def said(self) -> str:
        return "\n".join(one.said for one in self.played.values())


@pytest.fixture(scope="module")
def book() -> Book:
    with places.watched() as reached:
        played = play()
    return Book(played, reached)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_the_golden_file_has_these_words(book: Book, topic: Topic) -> None:
    path, now = golden(topic), book.played[topic].text
    kept = path.read_text("utf-8") if path.exists() else ""
    if now != kept:
        texts = kept.splitlines(), now.splitlines()
        changed = difflib.unified_diff(*texts, path.name, "now", lineterm="", n=1)
        told = ["words have changed: run scripts/catalogue --update, and commit what it writes"]
        pytest.fail("\n".join([*told, *changed]), pytrace=False)


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {golden(topic).name for topic in TOPICS}


def compare(missing: Iterable[tuple[Place, str]], listed: dict[str, str]) -> None:
    """Hold what is missing against the list of what no situation can show."""
    found = [(place.owner, f"{place}: {said}") for place, said in missing]
    unlisted = [told for owner, told in found if owner not in listed]
    assert not unlisted, "\n".join(["no situation of the catalogue shows:", *unlisted])
    assert set(listed) <= {owner for owner, _ in found}, "shown by now: take it off the list"


def test_every_place_that_makes_a_message_is_reached(book: Book) -> None:
    found = places.places()
    assert len(found) > 100
    compare(((place, "") for at, place in found.items() if at not in book.reached), PLACES)


def test_every_sentence_of_the_source_is_shown(book: Book) -> None:
    assert len(list(words.sentences())) > 300
    compare(words.missing(book.said), WORDS)


def test_nothing_depends_on_this_machine(book: Book) -> None:
    for text in (TOKEN, f"{tempfile.gettempdir()}/tmp", str(PACKAGE)):
        assert text not in book.said
