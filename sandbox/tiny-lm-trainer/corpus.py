"""The training text: JSON lines with a `text` each, or plain text, as its first character says."""

import json
from pathlib import Path

FEWEST = 200  # characters, to have something to learn from
MOST = 20_000_000  # characters, so that the training examples fit into memory


class CorpusError(ValueError):
    """What is wrong with the data, with the line where it is."""


def read(path: Path) -> list[str]:
    """Return the texts of a UTF-8 file, one for each JSON line, or one for all plain text.

    Raises `CorpusError`.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"train_data: not UTF-8 text (at byte {error.start})") from None
    first = content.lstrip()[:1]
    texts = _json_lines(content) if first == "{" else [content.strip() + "\n"]
    size = sum(map(len, texts))
    if size < FEWEST:
        counted = "1 character" if size == 1 else f"{size} characters"
        raise CorpusError(f"train_data: {counted}; at least {FEWEST} are required")
    if size > MOST:
        raise CorpusError(f"train_data: {size:,} characters; at most {MOST:,} are allowed")
    return texts


def _json_lines(content: str) -> list[str]:
    texts = []
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise CorpusError(f"train_data, line {number}: invalid JSON: {error}") from None
        text = record.get("text") if isinstance(record, dict) else None
        if not isinstance(text, str):
            raise CorpusError(f'train_data, line {number}: must be an object with a "text"')
        texts.append(text.strip() + "\n")
    return texts


def split(texts: list[str], held_out: float = 0.1) -> tuple[str, str]:
    """Return the text to learn from and the text to test on: every tenth line, or the end."""
    if len(texts) >= 20:  # noqa: PLR2004 - enough lines to hold some out
        every = round(1 / held_out)
        testing = "".join(texts[every - 1 :: every])
        return "".join(text for i, text in enumerate(texts, 1) if i % every), testing
    whole = "".join(texts)
    border = round(len(whole) * (1 - held_out))
    return whole[:border], whole[border:]
