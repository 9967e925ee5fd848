"""Reading of single elements, whatever their namespace."""

from collections.abc import Iterator

from gatewright.bundle.readers import ANY_ELEMENT, direct_text, local_name
from gatewright.xml import Element


def elements_of(element: Element) -> Iterator[Element]:
    """The child elements, without comments."""
    return element.iterchildren(ANY_ELEMENT)


def children(element: Element, *names: str) -> list[Element]:
    """The child elements with one of the names, in their order."""
    return [each for each in elements_of(element) if local_name(each) in names]


def child(element: Element, name: str) -> Element | None:
    """The first child element of the name."""
    return next((each for each in elements_of(element) if local_name(each) == name), None)


def at(element: Element, path: str) -> list[Element]:
    """The elements at a path such as `Set/Payload`, all of them."""
    found = [element]
    for name in path.split("/"):
        found = [part for each in found for part in children(each, name)]
    return found


def text_of(element: Element | None) -> str:
    """The text that stands directly in the element, without the space around it; "" for no element."""
    return "" if element is None else direct_text(element).strip()


def text_at(element: Element, path: str) -> str:
    """The text of the first element at the path; "" when there is none."""
    return text_of(next(iter(at(element, path)), None))


def is_true(element: Element, path: str) -> bool:
    """Whether the first element at the path says true."""
    return text_at(element, path).lower() == "true"


def has_condition(owner: Element) -> bool:
    """Whether a step, flow, rule or route has a condition that says something."""
    return bool(text_of(child(owner, "Condition")))
