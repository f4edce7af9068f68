"""The faults that the page of faults offers: each is valid, and says what Replicate says."""

import pytest

from replicate_sandbox.pages.fault_choices import BY_NAME, CHOICES
from replicate_sandbox.service.fault_fields import read_faults

# As users quote them.
WORDS = {
    "start-500": (500, "An unexpected error ocurred"),
    "start-402": (402, "You have insufficient credit to run this model."),
    "start-422": (422, "The specified version does not exist (or perhaps you don't have"),
    "429": (429, "Request was throttled. Your rate limit resets in ~2s."),
}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_choice_is_a_fault(name: str) -> None:
    [fault] = read_faults([BY_NAME[name].fault])
    assert fault.as_json() == BY_NAME[name].fault | {"times": 1}


def test_names_and_labels_are_unique() -> None:
    offered = [choice for group in CHOICES.values() for choice in group]
    assert len(BY_NAME) == len(offered)
    assert len({choice.label for choice in offered}) == len(offered)


@pytest.mark.parametrize("name", WORDS)
def test_a_choice_says_what_the_service_says(name: str) -> None:
    answer = BY_NAME[name].fault["answer"]
    status, words = WORDS[name]
    assert answer["status"] == answer["body"].get("status", status) == status
    assert answer["body"]["detail"].startswith(words)
