"""Print the digest of what the locks are made from: the dependency tables of pyproject.toml."""

import hashlib
import json
import pathlib
import tomllib


def digest(pyproject: pathlib.Path) -> str:
    """Return the first 16 hex digits of the SHA-256 of pyproject's dependency tables."""
    document = tomllib.loads(pyproject.read_text("utf-8"))
    project = document["project"]
    inputs = [
        project["requires-python"],
        project["dependencies"],
        project["optional-dependencies"],
        document["dependency-groups"],
        document["tool"]["uv"],
    ]
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]


if __name__ == "__main__":
    print(digest(pathlib.Path(__file__).parent.parent / "pyproject.toml"))
