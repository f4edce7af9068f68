"""A topic of the catalogue: situations with their headings, in the order in which they are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from support.catalogue.stage import Stage, stage

Scene = Callable[[Stage], object]


def _in(play: Callable[[Stage, Any], object], row: object, stage: Stage) -> None:
    play(stage, row)


@dataclass(frozen=True)
class Played:
    """What a topic came to: its text, and what the action itself said in it."""

    text: str
    said: str


@dataclass(eq=False)
class Topic:
    """Situations that belong together; `name` is that of its golden file."""

    name: str
    title: str
    scenes: list[tuple[str, Scene]] = field(default_factory=list)

    def scene(self, heading: str) -> Callable[[Scene], Scene]:
        """Add a situation; the function plays it on a stage of its own."""

        def add(scene: Scene) -> Scene:
            self.scenes.append((heading, scene))
            return scene

        return add

    def table(self, rows: Mapping[str, Any], play: Callable[[Stage, Any], object]) -> None:
        """Add a situation for each row: its heading, and what it is played with."""
        for heading, row in rows.items():
            self.scenes.append((heading, partial(_in, play, row)))

    def play(self) -> Played:
        """Play all situations."""
        told, said = [f"# {self.title}", ""], []
        for heading, scene in self.scenes:
            with stage() as on:
                scene(on)
            told += [f"## {heading}", "", *on.told, ""]
            said += on.said
        return Played("\n".join(told), "\n".join(said))
