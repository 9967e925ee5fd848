"""The pages of docs/reference that are written from definitions in the code."""
