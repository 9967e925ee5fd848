"""`gatewright products`: API products."""

from gatewright.cli.noun import ALL_VERBS, Noun, group
from gatewright.cli.server import Server


def _where(server: Server) -> str:
    return server.path("apiproducts")


products = group(
    Noun(
        "products",
        "API products: which proxies, environments and paths a key or token may call.",
        _where,
        example="name=Basic approvalType=auto proxies='[\"weatherapi\"]' environments='[\"test\"]'",
    ),
    *ALL_VERBS,
)
