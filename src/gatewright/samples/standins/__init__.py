"""Stand-ins for the backends of samples, so that they answer without a network."""

from gatewright.samples.standins.app import HOSTS, stand_ins

__all__ = ["HOSTS", "stand_ins"]
