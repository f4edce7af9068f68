"""The size of the action's image beside its base's, and what it takes to import the step in it.

Sizes are those of gzipped layers, as a registry stores them and a runner pulls them. The import is
compared with one that finds no byte code of the standard library and of the packages.
"""

import json
import statistics

from benchmarks.machine import machine
from benchmarks.section import Section
from support import engine, layers
from support.engine import BASE, docker

RUNS = 9
_PYTHON = "/opt/replicate-train/bin/python"
_IMPORTS = "import replicate_train.app, replicate_train.job.launch, httpcore, jsonschema"
_TIMED = f"import time; a = time.perf_counter(); {_IMPORTS}; print(time.perf_counter() - a)"
# The same modules, compiled again as they are imported, where their sources are in the image.
_UNCOMPILED = ("-X", "pycache_prefix=/nowhere", "-B")


def section() -> Section:
    """Build the image, measure it, and return the section."""
    image = engine.build()
    base, ours = layers.compressed(BASE), layers.compressed(image, BASE)
    files = len(layers.added(image, BASE))
    ready, cold = imports(image, ()), imports(image, _UNCOMPILED)
    return Section(
        "The image",
        f"`benchmarks/run image`: gzipped layers on {architecture(image)}; the base is `{BASE}`. "
        f"The import of the step's modules in a container is the median of {RUNS}, beside one "
        "without the byte code of the standard library and of the action.",
        [
            ["", "the action", "its peer", "ratio"],
            ["size", f"{ours / 1e6:.2f} MB more", f"{base / 1e6:.1f} MB", f"1 : {base / ours:.1f}"],
            ["import", f"{ready:.3f} s", f"{cold:.3f} s", f"1 : {cold / ready:.1f}"],
        ],
        f"The image adds {files:,} files and folders to its base.",
    )


def imports(image: str, options: tuple[str, ...]) -> float:
    """Return the median seconds that the imports take in a container."""
    command = ["run", "--rm", "--network", "none", "--entrypoint", _PYTHON, image, "-I"]
    return statistics.median(float(docker(*command, *options, "-c", _TIMED)) for _ in range(RUNS))


def architecture(image: str) -> str:
    """Return the processor that an image is for, such as amd64."""
    found = json.loads(docker("image", "inspect", "--format", "{{json .Architecture}}", image))
    return str(found)


if __name__ == "__main__":
    print(section().markdown(machine()))
