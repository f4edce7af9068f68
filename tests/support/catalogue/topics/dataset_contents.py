"""What is wrong inside the files of a dataset."""

import json
from io import BytesIO

from PIL import Image

from support.catalogue.answers import JPEG, PNG, known, planned
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import INPUTS, NO_FILES

TOPIC = Topic("dataset-contents", "What is wrong inside the files of a dataset")

PLAN = INPUTS | {"mode": "plan"}
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n" % (b"a" * 64)
MODULE = "replicate_train.dataset.inspection"


def records(count: int, *keys: str) -> str:
    """Return lines with these keys, each with other values."""
    lines = (dict.fromkeys(keys, f"{count} {number}") for number in range(count))
    return "".join(f"{json.dumps(line)}\n" for line in lines)


Files = dict[str, bytes | str]


def broken(stage: Stage, files: Files) -> None:
    """Show what ends the step for a dataset of these files."""
    stage.check(known(), PLAN | {"dataset": laid(stage, files)})


def unwise(stage: Stage, files: Files) -> None:
    """Show what is only a warning for a dataset of these files."""
    stage.check(planned().on(*NO_FILES), PLAN | {"dataset": laid(stage, files)})


def laid(stage: Stage, files: Files) -> str:
    """Write files into a folder, and return its name, or that of the only file."""
    stage.write({f"data/{name}": content for name, content in files.items()})
    return f"data/{next(iter(files))}" if len(files) == 1 else "data"


TOPIC.table(
    {
        "JSON lines: not JSON": {"a.jsonl": '{"a": 1}\n{oops}\n'},
        "JSON lines: not UTF-8": {"a.jsonl": b'{"a": "caf\xe9"}\n'},
        "JSON lines: UTF-16": {"a.jsonl": '{"a": 1}\n'.encode("utf-16")},
        "JSON lines: no objects": {"a.jsonl": '3\n"x"\n[1]\ntrue\nnull\n'},
        "JSON lines: one array": {"a.jsonl": '[\n{"a": 1}\n]'},
        "JSON lines: a number that JSON lacks": {"a.jsonl": '{"a": NaN}\n'},
        "JSON lines: nested too deeply": {"a.jsonl": '{"a": ' + "[" * 9000 + "]" * 9000 + "}\n"},
        "JSON lines: no records": {"a.jsonl": "\n\n"},
        "JSON lines: a record that lacks a key": {
            "a.jsonl": records(9, "text", "label") + '{"text": "x"}\n'
        },
        "JSON lines: many records that lack a key": {
            "a.jsonl": records(900, "text", "label") + records(30, "text")
        },
        "JSON: not JSON": {"a.json": '{\n"a": 1,\n"b" 2}'},
        "CSV: not UTF-8": {"a.csv": b"text,label\ncaf\xe9,1\n"},
        "CSV: a row with other columns": {"a.csv": "text,label\na,1\nb\n"},
        "CSV: a quote without an end": {"a.csv": 'text,label\n"a,1\n'},
        "CSV: no rows": {"a.csv": "text,label\n"},
        "Parquet: not Parquet": {"a.parquet": "hello"},
        "Parquet: cut off": {"a.parquet": b"PAR1" + bytes(20)},
        "Text: not UTF-8": {"a.txt": b"caf\xe9"},
        "Image: empty": {"a.jpg": "", "b.jpg": JPEG},
        "Image: cut off": {"a.png": PNG[:-12]},
        "Image: another kind of file": {
            "a.jpg": "<!doctype html>",
            "b.jpg": "<svg>",
            "c.jpg": '{"a": 1}',
            "d.jpg": "%PDF-1.7",
            "e.jpg": b"\0\0\0\x18ftypmp42" + bytes(50),
            "f.jpg": "hello",
            "g.jpg": bytes(9),
        },
        "A Git LFS pointer": {"a.jpg": POINTER},
    },
    broken,
)
TOPIC.table(
    {
        "JSON lines: blank lines": {"a.jsonl": '{"a": 1}\n\n \n{"a": 2}\n'},
        "JSON lines: the same record twice": {"a.jsonl": '{"a": 1}\n{"a": 1}\n'},
        "JSON lines: a byte order mark": {"a.jsonl": b'\xef\xbb\xbf{"a": 1}\n'},
        "JSON lines: a key that the other records lack": {
            "a.jsonl": records(9, "text") + '{"text": "x", "label": "y"}\n'
        },
        "JSON lines: a key that half of the records lack": {
            "a.jsonl": records(9, "text") + records(11, "text", "label")
        },
        "JSON lines: records that differ in their keys": {
            "a.jsonl": "".join(f'{{"k{number}": 1}}\n' for number in range(120))
        },
        "JSON: JSON lines": {"a.json": '{"a": 1}\n{"a": 2}\n'},
        "Image: another format than its name says": {
            "a.png": JPEG,
            "b.jpg": b"\xff\x0a" + bytes(9),
        },
        "Caption: empty": {"a.jpg": JPEG, "a.txt": " "},
        "Caption: without an image": {"a.jpg": JPEG, "b.txt": "x"},
        "Caption: missing for some images": {
            "a.txt": "x",
            **{f"{name}.jpg": JPEG for name in "abcdef"},
        },
        "A file that may hold a secret": {".env": "TOKEN=x"},
    },
    unwise,
)


@TOPIC.scene("What the log says of sound files")
def sound(stage: Stage) -> None:
    files: Files = {"1.jpg": JPEG, "1.txt": "a", "2.jpg": JPEG, "2.txt": "b"}
    files |= {"a.csv": "text,label\na,1\n", "c.jsonl": "{}\n"}
    files |= {"d.jsonl": records(3, *"abcdefghij")}
    files |= {"f.jsonl": json.dumps({f"key{number}": 1 for number in range(501)})}
    files |= dict.fromkeys(("f.bin", "g.bin", "h.bin", "i.bin"), "x")
    stage.log(planned().on(*NO_FILES), PLAN | {"dataset": laid(stage, files)})


@TOPIC.scene("Lines and documents that are too long")
def long(stage: Stage) -> None:
    stage.patch.setattr(f"{MODULE}.records._MAX_LINE", 1_000)
    stage.patch.setattr(f"{MODULE}.tables._MAX_LINE", 1_000)
    broken(stage, {"a.jsonl": json.dumps({"a": "x" * 2_000}), "b.csv": "a,b\n" + "x" * 2_000})


@TOPIC.scene("A JSON document that is too large to be checked")
def document(stage: Stage) -> None:
    stage.patch.setattr(f"{MODULE}.records._MAX_DOCUMENT", 1_000_000)
    files: Files = {"a.json": json.dumps(["x" * 2_000_000])}
    stage.log(planned().on(*NO_FILES), PLAN | {"dataset": laid(stage, files)})


@TOPIC.scene("Images that are truncated")
def truncated(stage: Stage) -> None:
    picture, files = Image.effect_mandelbrot((64, 64), (-2, -1, 1, 1), 20), {}
    for suffix in ("jpg", "webp", "gif", "bmp", "avif"):
        saved = BytesIO()
        picture.convert("RGB").save(saved, Image.registered_extensions()[f".{suffix}"])
        files[f"a.{suffix}"] = saved.getvalue()[: saved.tell() * 2 // 3]
    files["a.tif"] = b"II*\0" + (9_999).to_bytes(4, "little") + bytes(20)
    broken(stage, files)


@TOPIC.scene("Files that are removed or changed while they are checked")
def vanished(stage: Stage) -> None:
    def changed(_: object) -> bool:
        (stage.workspace / "data/a.txt").unlink(missing_ok=True)
        (stage.workspace / "data/b.txt").write_text("hello, world")
        return False

    stage.patch.setattr(f"{MODULE}.texts.is_lfs_pointer", changed)
    broken(stage, {"a.txt": "hello", "b.txt": "hello"})


@TOPIC.scene("The same problem in many files")
def many(stage: Stage) -> None:
    broken(stage, {f"{number:02}.png": "<html>" for number in range(14)})
