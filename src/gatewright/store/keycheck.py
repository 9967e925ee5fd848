"""Whether a database and an encryption key belong together: told at start, not at the first secret."""

from sqlalchemy import Connection, insert, select

from gatewright.store.failures import WrongKey
from gatewright.store.tables import settings
from gatewright.store.vault import Vault

_NAME = "sealed-with"


def check_key(connection: Connection, vault: Vault) -> None:
    """Remember the key in a new database; raise WrongKey when another one made it."""
    sealed = connection.scalar(select(settings.c.value).filter_by(name=_NAME))
    if sealed is None:
        connection.execute(insert(settings).values(name=_NAME, value=vault.seal(_NAME, _NAME)))
        return
    try:
        vault.open(bytes(sealed), _NAME)
    except WrongKey:
        raise WrongKey("the encryption key is not the one that this database was made with") from None
