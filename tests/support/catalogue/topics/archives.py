"""What is wrong with the archives of a dataset."""

import gzip
import io
import struct
import tarfile
import zipfile

from support.catalogue.answers import JPEG, PNG, planned, zipped
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.catalogue.topics.dataset_contents import MODULE, PLAN, broken, unwise
from support.samples import tarred
from support.scenes import NO_FILES

TOPIC = Topic("dataset-archives", "What is wrong with archives")


def encrypted() -> bytes:
    """Return a ZIP whose only file is said to be encrypted."""
    data = bytearray(zipped(a=b"hello"))
    for place in (data.rindex(b"PK\1\2") + 8, data.rindex(b"PK\3\4") + 6):
        data[place] |= 1
    return bytes(data)


def linked() -> bytes:
    """Return a ZIP with a link in it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return whole.getvalue()


def saying(size: int) -> bytes:
    """Return a ZIP that says that its file has so many bytes."""
    data = bytearray(zipped(a=b"hello"))
    struct.pack_into("<L", data, data.rindex(b"PK\1\2") + 24, size)
    return bytes(data)


def folders(count: int) -> bytes:
    """Return a packed tar of so many folders."""
    folder = tarfile.TarInfo("x")
    folder.type = tarfile.DIRTYPE
    return gzip.compress(folder.tobuf() * count, 1)


TOPIC.table(
    {
        "ZIP: not a ZIP": {"a.zip": "hello"},
        "ZIP: encrypted": {"a.zip": encrypted()},
        "ZIP: a link": {"a.zip": linked()},
        "ZIP: no files": {"a.zip": zipped(**{".DS_Store": b"x"})},
        "ZIP: would unpack to too much": {"a.zip": saying(4_000_000_000)},
        "ZIP: an absolute name": {"a.zip": zipped(**{"/etc/passwd": b"x"})},
        "ZIP: a name that leads out": {"a.zip": zipped(**{"../x": b"x"})},
        "ZIP: another archive": {"a.zip": zipped(**{"b.tar": b"x"})},
        "ZIP: damaged": {"a.zip": zipped(a=b"hello").replace(b"hello", b"hullo")},
        "ZIP: a file that is cut off": {"a.zip": saying(9)},
        "ZIP: problems in its files": {
            "a.zip": zipped(**{"a.jpg": b"<html>", "b.jsonl": b"{oops}\n", "c.png": PNG[:-12]})
        },
        "Tar: not a tar": {"a.tar": "hello"},
        "Tar: damaged": {"a.tar.gz": gzip.compress(tarred(a=b"abc"))[:-6] + bytes(6)},
        "Tar: cut off": {"a.tar": tarred(**{"a.txt": b"x" * 2000})[:2500]},
    },
    broken,
)
TOPIC.table(
    {
        "ZIP: a name twice": {"a.zip": zipped(a=b"x", A=b"y")},
        "ZIP: what a system left": {"a.zip": zipped(**{"a.txt": b"x", "__MACOSX/._a": b"x"})},
    },
    unwise,
)


@TOPIC.scene("An archive of the dataset is looked into")
def sound_archive(stage: Stage) -> None:
    stage.write({"a.zip": zipped(**{"1.jpg": JPEG, "1.txt": b"a", ".DS_Store": b"x"})})
    stage.log(planned().on(*NO_FILES), PLAN | {"dataset": "a.zip"})


@TOPIC.scene("An archive with too many files")
def too_many(stage: Stage) -> None:
    for name in ("archive_entries", "archives"):
        stage.patch.setattr(f"{MODULE}.{name}.MAX_FILES", 2)
    three = dict.fromkeys("abc", b"x")
    broken(stage, {"a.zip": zipped(**three), "b.tar": tarred(**three), "c.tgz": folders(9)})
    stage.patch.setattr(f"{MODULE}.archives.MAX_FILES", 1)
    broken(stage, {"d.zip": zipped(**three)})


@TOPIC.scene("An archive with a name that is too long")
def long_name(stage: Stage) -> None:
    entry = tarfile.TarInfo("././@LongLink")
    entry.type, entry.size = tarfile.GNUTYPE_LONGNAME, 300_000
    broken(stage, {"a.tar": entry.tobuf() + bytes(entry.size)})


@TOPIC.scene("An archive of which not all is looked into")
def partly(stage: Stage) -> None:
    stage.patch.setattr(f"{MODULE}.archives._MAX_CHECKED", 3_000)
    stage.patch.setattr(f"{MODULE}.archives._MAX_HELD", 1_000)
    files = {"1.jpg": JPEG + bytes(1_000), "2.txt": b"x" * 1_500, "3.txt": b"x" * 900}
    unwise(stage, {"a.zip": zipped(**files), "b.tar": tarred(**files)})
