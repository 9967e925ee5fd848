"""Which scopes a new token gets."""

from gatewright.entities import ApiProduct, Client


def approved_products(client: Client) -> tuple[ApiProduct, ...]:
    """The products that are approved on the consumer key, in its order."""
    approved = {each.name for each in client.credential.api_products if each.status == "approved"}
    return tuple(product for product in client.products if product.name in approved)


def granted_scopes(client: Client, asked: str | None) -> tuple[str, ...] | None:
    """The scopes of the approved products, or those of them that were asked for; never others.

    None when something was asked for and none of it can be granted. An app's own scopes are among its
    products' (docs: the App resource), so they add nothing.
    """
    known = tuple(dict.fromkeys(scope for each in approved_products(client) for scope in each.scopes))
    wanted = (asked or "").split()
    if not wanted:
        return known
    granted = tuple(scope for scope in dict.fromkeys(wanted) if scope in known)
    return granted or None
