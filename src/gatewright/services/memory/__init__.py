"""Services of one machine that need nothing but its memory and a folder."""
