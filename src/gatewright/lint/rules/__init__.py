"""The rules, one file per family. `gatewright.lint.catalogue` lists them."""
