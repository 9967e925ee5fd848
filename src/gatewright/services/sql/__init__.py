"""Clients and tokens out of the store, as a worker needs them: looked up once, then kept for a while."""
