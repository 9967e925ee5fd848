"""What the routes of API proxies and of shared flows are called: the two differ in nothing else."""

from dataclasses import dataclass

from gatewright.entities import BundleKind


@dataclass(frozen=True, slots=True)
class BundleNoun:
    """One kind of bundle, in paths and in words."""

    kind: BundleKind
    collection: str
    """In paths: `/organizations/O/apis`."""
    parameter: str
    """The name of one of them in a path's template."""
    a: str
    """As in "deploy a revision of an API proxy"."""
    many: str

    @property
    def all(self) -> str:
        """The path of the collection."""
        return f"/organizations/{{organization}}/{self.collection}"

    @property
    def one(self) -> str:
        """The path of one of them."""
        return f"{self.all}/{{{self.parameter}}}"

    @property
    def revision(self) -> str:
        """The path of a revision."""
        return f"{self.one}/revisions/{{revision}}"

    @property
    def in_environment(self) -> str:
        """The path of one of them in an environment."""
        return (
            "/organizations/{organization}/environments/{environment}/"
            f"{self.collection}/{{{self.parameter}}}"
        )


API_PROXIES = BundleNoun("apiproxy", "apis", "proxy", "an API proxy", "API proxies")
SHARED_FLOWS = BundleNoun("sharedflow", "sharedflows", "sharedflow", "a shared flow", "shared flows")
BUNDLE_NOUNS = (API_PROXIES, SHARED_FLOWS)
