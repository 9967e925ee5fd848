"""The command `gatewright`: run a server, check bundles, and speak to a server's management API."""
