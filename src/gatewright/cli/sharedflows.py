"""`gatewright sharedflows`: shared flows, their revisions, bundles and deployments."""

from gatewright.cli.bundle_noun import bundle_group

sharedflows = bundle_group("sharedflows", "Shared flows: their revisions, bundles and deployments.")
