"""Bundles: from a zip or a folder to a typed model, with everything that is wrong with it."""
