"""Stand-ins for the backends of samples, so that they answer without a network."""
