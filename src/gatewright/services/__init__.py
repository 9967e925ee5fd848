"""What stands behind the engine's ports: stores, counters, clocks."""
