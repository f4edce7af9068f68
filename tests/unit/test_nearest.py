"""Suggestions for misspelled names: the most similar one, ignoring case, or none."""

import pytest

from replicate_train.diagnostics.suggestion import nearest


@pytest.mark.parametrize(
    ("word", "choices", "similar"),
    [
        ("stps", ["steps", "seed"], "steps"),
        ("STEPS", ["seed", "Steps"], "Steps"),
        ("Learning_rate", ["LEARNING_RATE"], "LEARNING_RATE"),
        ("learnign_rate", ["learning_rate", "learning_rat"], "learning_rate"),
        ("x", ["steps"], ""),
        ("", ["steps"], ""),
        ("steps", [], ""),
        ("a" * 100 + "b" * 900, ["a" * 100], "a" * 100),
        ("steps", [f"x{number}" for number in range(999)] + ["stepz"], "stepz"),
        ("steps", [f"x{number}" for number in range(1000)] + ["stepz"], ""),
    ],
)
def test_the_most_similar_choice_is_suggested(word: str, choices: list[str], similar: str) -> None:
    assert nearest(word, choices) == similar
