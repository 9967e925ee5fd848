"""Custom attributes of products, developers, apps and keys, for use inside an `edit_…` operation."""

from collections.abc import Iterable

from gatewright.entities import Attribute, attribute_value
from gatewright.operations.errors import AttributeDoesNotExist

Attributes = tuple[Attribute, ...]


def with_attribute(attributes: Attributes, attribute: Attribute) -> Attributes:
    """The attribute put in its place, or at the end when it is new."""
    if attribute_value(attributes, attribute.name) is None:
        return (*attributes, attribute)
    return tuple(attribute if each.name == attribute.name else each for each in attributes)


def with_attributes(attributes: Attributes, more: Iterable[Attribute]) -> Attributes:
    """Each put in its place or at the end."""
    for attribute in more:
        attributes = with_attribute(attributes, attribute)
    return attributes


def without_attribute(attributes: Attributes, name: str) -> Attributes:
    """Raises AttributeDoesNotExist."""
    attribute_named(attributes, name)
    return tuple(each for each in attributes if each.name != name)


def attribute_named(attributes: Attributes, name: str) -> Attribute:
    """Raises AttributeDoesNotExist."""
    for attribute in attributes:
        if attribute.name == name:
            return attribute
    raise AttributeDoesNotExist(name=name)
