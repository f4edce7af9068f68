"""Names of models and versions: `owner/name` and `owner/name:version-id`."""

import pytest

from replicate_train.replicate.refs import ModelRef, VersionRef

HARBOUR = ModelRef("you", "harbour")


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("you/harbour", HARBOUR),
        ("a/b.c_d-1", ModelRef("a", "b.c_d-1")),
        ("harbour", None),
        ("you/", None),
        ("/harbour", None),
        ("you/harbour/x", None),
        ("you/-harbour", None),
        ("you/harbour.", None),
        ("../harbour", None),
        ("you/harbour\n", None),
        ("you/häfen", None),
        ("you/harbour:1", None),
    ],
)
def test_a_model_is_an_owner_and_a_name(text: str, ref: ModelRef | None) -> None:
    assert ModelRef.parse(text) == ref
    if ref:
        assert str(ref) == text


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("you/harbour:1a-2_b", VersionRef(HARBOUR, "1a-2_b")),
        (f"you/harbour:{'0f' * 32}", VersionRef(HARBOUR, "0f" * 32)),
        ("you/harbour", None),
        ("you/harbour:", None),
        ("you/harbour:../x", None),
        ("you/harbour:1:2", None),
        ("harbour:1", None),
    ],
)
def test_a_version_is_a_model_and_an_id(text: str, ref: VersionRef | None) -> None:
    assert VersionRef.parse(text) == ref
    if ref:
        assert str(ref) == text


def test_the_case_of_letters_makes_no_other_model() -> None:
    assert HARBOUR.same_as(ModelRef("You", "Harbour"))
    assert not HARBOUR.same_as(ModelRef("you", "harbor"))
