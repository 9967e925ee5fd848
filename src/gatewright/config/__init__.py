"""What a server can be told, and by which flag, variable or key of gatewright.toml."""

from gatewright.config.kinds import Network, Redirect, Role
from gatewright.config.load import SettingsError, load
from gatewright.config.settings import Settings

__all__ = ["Network", "Redirect", "Role", "Settings", "SettingsError", "load"]
