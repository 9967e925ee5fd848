"""The policy types, one file each."""
