"""Where target traffic really goes: the samples' hosts to their stand-ins, and what `--resolve` says."""

from gatewright.config import Settings
from gatewright.samples.standins.hosts import HOSTS
from gatewright.services.resolve import Redirects


def redirects(settings: Settings, stand_in_port: int | None) -> Redirects:
    """The settings come last, so they can undo what is built in. Raises InvalidRedirect."""
    built_in: list[tuple[str, str | None]] = []
    if stand_in_port is not None:
        built_in = [(host, f"http://127.0.0.1:{stand_in_port}") for host in HOSTS]
    return Redirects.of([*built_in, *((each.host, each.url) for each in settings.resolve)])
