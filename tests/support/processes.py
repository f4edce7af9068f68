"""Processes as /proc shows them."""

from pathlib import Path


def below(parent: int) -> list[int]:
    """Return the processes that descend from one, zombies left out."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _fields(int(folder.name))):
            parents[int(folder.name)] = int(fields[1])
    found = {parent}
    while more := {pid for pid, above in parents.items() if above in found} - found:
        found |= more
    return sorted(found - {parent})


def running(pids: list[int]) -> list[int]:
    """Return those of the processes that still run."""
    return [pid for pid in pids if _fields(pid)]


def _fields(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; nothing for one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
    return fields if fields[0] != "Z" else []
