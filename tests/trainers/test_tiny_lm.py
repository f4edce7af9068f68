"""The language model: that it learns, and that it says what is wrong with its data."""

import math
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cog_project import harbour, heldout, project

BETTER_BY = 10  # times: the untrained model's perplexity over the trained one's, on unseen text


@pytest.fixture(scope="module")
def lm() -> Iterator[list[ModuleType]]:
    with project("tiny-lm-trainer", "corpus", "model", "train") as modules:
        yield modules


def test_a_trained_model_beats_an_untrained_one_on_unseen_text(
    lm: list[ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, model, train = lm
    monkeypatch.chdir(tmp_path)
    unseen = "".join(corpus.read(heldout()))
    untrained = model.Model.new(unseen, 128, np.random.default_rng(1))
    train.train(harbour(), 1000, 0.004, 128, 1)
    trained = model.Model.load(tmp_path / "weights.npz")
    before, after = math.exp(untrained.loss(unseen)), math.exp(trained.loss(unseen))
    assert before / after > BETTER_BY, f"perplexity {before:.1f} -> {after:.2f}"


def test_the_same_seed_and_data_give_the_same_weights(
    lm: list[ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = []
    for seed in (1, 1, 2):
        lm[2].train(harbour(), 20, 0.004, 16, seed)
        made.append((tmp_path / "weights.npz").read_bytes())
    assert made[0] == made[1] != made[2]


def test_the_gradients_are_the_losss_slopes(lm: list[ModuleType]) -> None:
    text = "abc cab bca\n"
    model = lm[1].Model.new(text, 5, np.random.default_rng(0))
    model.parameters = {name: value.astype(np.float64) for name, value in model.parameters.items()}
    contexts, targets = model.examples(text)
    gradients = model.gradients(contexts, targets)[1]
    for name, values in model.parameters.items():
        for place in list(np.ndindex(values.shape))[::7]:
            values[place] += 1e-5
            above = model.gradients(contexts, targets)[0]
            values[place] -= 2e-5
            below = model.gradients(contexts, targets)[0]
            values[place] += 1e-5
            assert gradients[name][place] == pytest.approx((above - below) / 2e-5, abs=1e-6)


def test_a_model_is_read_as_it_was_written(lm: list[ModuleType], tmp_path: Path) -> None:
    model = lm[1].Model.new("añ€𝄞", 8, np.random.default_rng(0))
    model.save(tmp_path / "w.npz")
    again = lm[1].Model.load(tmp_path / "w.npz")
    assert again.alphabet == model.alphabet
    assert again.generate("a", 20, 1.0, 3) == model.generate("a", 20, 1.0, 3)


def test_the_log_shows_steps_a_bar_and_a_falling_loss(
    lm: list[ModuleType],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    lm[2].train(harbour(), 200, 0.004, 64, 1)
    log = capsys.readouterr().out
    losses = [float(part.split("]")[0]) for part in log.split("loss: ")[1:]]
    assert log.count("\r") > 10
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfe", "not UTF-8 text"),
        (b"short", "at least 200"),
        (b"", ": 1 character;"),
        (b'{"text": "a"}\n{broken}', "line 2: invalid JSON"),
        (b'{"text": "a"}\n{"prompt": "b"}', 'line 2: must be an object with a "text"'),
        (b'{"text": 3}', 'line 1: must be an object with a "text"'),
    ],
)
def test_what_is_wrong_with_the_data(
    lm: list[ModuleType], tmp_path: Path, content: bytes, expected: str
) -> None:
    (tmp_path / "data").write_bytes(content)
    with pytest.raises(lm[0].CorpusError, match=r".*") as caught:
        lm[0].read(tmp_path / "data")
    assert expected in str(caught.value)


@given(content=st.binary(max_size=300))
def test_any_file_is_read_or_refused(
    lm: list[ModuleType], tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    try:
        texts = lm[0].read(path)
    except lm[0].CorpusError:
        return
    assert "".join(lm[0].split(texts)).count("\n") >= 1


def test_too_high_a_learning_rate_is_told(
    lm: list[ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lm[1].Model, "gradients", lambda *_: (math.nan, {}))
    with pytest.raises(RuntimeError, match="Lower `learning_rate`"):
        lm[2].train(harbour(), 5, 1.0, 8, 1)
