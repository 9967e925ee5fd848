"""Gatewright: a self-hosted API management platform that runs Apigee proxy bundles unmodified."""

__version__ = "0.1.0"
