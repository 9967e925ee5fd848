"""The programs that Gatewright races against; each has a folder with its configuration."""
