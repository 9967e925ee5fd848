"""What every entity shares: Edge's JSON spelling, attributes, properties and the stamps of who wrote when."""

from msgspec import Struct


class Entity(Struct, frozen=True, kw_only=True, rename="camel"):
    """A frozen record whose JSON is Edge's: camelCase names, Java bean quirks where Edge has them.

    Times are epoch milliseconds. A field that Edge leaves out when it has no value is `msgspec.UNSET`.
    Lists are tuples.
    """


class Stamped(Entity, frozen=True, kw_only=True):
    """An entity that tells when and by whom it was made and last changed."""

    created_at: int = 0
    created_by: str = ""
    last_modified_at: int = 0
    last_modified_by: str = ""


class Attribute(Entity, frozen=True, kw_only=True):
    """A custom attribute: free name and text."""

    name: str
    value: str = ""


class Property(Entity, frozen=True, kw_only=True):
    """One named setting of an organization, environment or virtual host."""

    name: str
    value: str = ""


class Properties(Entity, frozen=True, kw_only=True):
    """Edge's wrapper `{"property": [{"name", "value"}]}`."""

    property: tuple[Property, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The value of the property of that name."""
        return next((each.value for each in self.property if each.name == name), default)


def attribute_value(attributes: tuple[Attribute, ...], name: str) -> str | None:
    """The value of the attribute of that name, None when there is none."""
    return next((each.value for each in attributes if each.name == name), None)
