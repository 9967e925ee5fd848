"""`gatewright apis`: API proxies, their revisions, bundles and deployments."""

from gatewright.cli.bundle_noun import bundle_group

apis = bundle_group("apis", "API proxies: their revisions, bundles and deployments.")
