"""What a slip may have meant: whatever its case, and nothing where none is near."""

import pytest

from replicate_train.diagnostics.suggestion import nearest


@pytest.mark.parametrize(
    ("word", "choices", "meant"),
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
def test_the_nearest_choice_is_meant(word: str, choices: list[str], meant: str) -> None:
    assert nearest(word, choices) == meant
