"""How pytest's workers share the tests."""

from xdist.scheduler import LoadScopeScheduling

_DOCKER = ("tests/container/", "tests/workflows/test_act.py", "tests/workflows/test_end_to_end.py")


class ByFile(LoadScopeScheduling):
    """Give a worker whole files, whose fixtures are set up once, and one worker all with Docker.

    Those use the same images, ports and containers.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "docker" if file.startswith(_DOCKER) else file
