"""Between XML and JSON: the conversion behind XMLToJSON."""
