"""What the supervisor has prepared for its children, without what preparing takes: a worker reads no more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the children need to know and cannot work out themselves. Pickled to them."""

    key: bytes
    """The key that secrets are sealed with."""
    stand_in_port: int | None
    """Where the samples' targets are served on loopback."""
    serves_samples: bool
    """Whether the tutorial's proxies are deployed to test."""

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Prepared(stand_in_port={self.stand_in_port})"
