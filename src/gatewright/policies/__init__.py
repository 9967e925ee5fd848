"""The policies: one file each, all of them listed here."""
