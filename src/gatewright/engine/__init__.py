"""The flow engine: compiles bundles into immutable trees of callables and walks them, without I/O."""
