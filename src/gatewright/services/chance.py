"""Randomness fit for secrets, from the operating system."""

import secrets
import string
import uuid

_ALPHABET = string.ascii_letters + string.digits
_SIZE = len(_ALPHABET)
_FAIR = 256 - 256 % _SIZE
"""Bytes from here up would favour the first letters: they are thrown away."""


class SystemChance:
    """Tokens and UUIDs."""

    __slots__ = ()

    def token(self, length: int) -> str:
        """That many ASCII letters and digits, each equally likely."""
        letters: list[str] = []
        while len(letters) < length:
            fair = [byte for byte in secrets.token_bytes(length + 8) if byte < _FAIR]
            letters += [_ALPHABET[byte % _SIZE] for byte in fair]
        return "".join(letters[:length])

    def uuid(self) -> str:
        """A random (version 4) UUID in its usual text form."""
        return str(uuid.uuid4())
