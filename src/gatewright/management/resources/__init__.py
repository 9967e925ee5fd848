"""One file per kind of record: its routes, and how its records look on the wire."""
