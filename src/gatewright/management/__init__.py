"""The management API `/v1` and the health checks, over HTTP."""
