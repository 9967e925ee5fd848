"""`\\p{…}`: Java's POSIX classes are ASCII; Unicode's go to the engines by their names."""

from gatewright.expr.regex.charset import CharSet, Range, merged

_LOWER: tuple[Range, ...] = ((97, 122),)
_UPPER: tuple[Range, ...] = ((65, 90),)
_DIGIT: tuple[Range, ...] = ((48, 57),)
_PUNCT: tuple[Range, ...] = ((33, 47), (58, 64), (91, 96), (123, 126))

_POSIX: dict[str, tuple[Range, ...]] = {
    "Lower": _LOWER,
    "Upper": _UPPER,
    "ASCII": ((0, 127),),
    "Alpha": (*_LOWER, *_UPPER),
    "Digit": _DIGIT,
    "Alnum": (*_LOWER, *_UPPER, *_DIGIT),
    "Punct": _PUNCT,
    "Graph": ((33, 126),),
    "Print": ((32, 126),),
    "Blank": ((9, 9), (32, 32)),
    "Cntrl": ((0, 31), (127, 127)),
    "XDigit": (*_DIGIT, (65, 70), (97, 102)),
    "Space": ((9, 13), (32, 32)),
}
_CATEGORIES = frozenset(
    kind + detail
    for kind, details in {
        "L": "ultmo",
        "M": "nce",
        "N": "dlo",
        "P": "cdseifo",
        "S": "mcko",
        "Z": "slp",
        "C": "cfo",
    }.items()
    for detail in ("", *details)
)
_ALIASES = {
    "javaLowerCase": "Ll",
    "javaUpperCase": "Lu",
    "javaLetter": "L",
    "javaDigit": "Nd",
    "IsLetter": "L",
    "IsAlphabetic": "Alphabetic",
    "IsUppercase": "Uppercase",
    "IsLowercase": "Lowercase",
    "IsDigit": "Nd",
    "IsPunctuation": "P",
    "IsWhite_Space": "White_Space",
}
_KEYS = ("general_category=", "gc=", "script=", "sc=")


def property_set(name: str) -> CharSet | None:
    """The set a property's name stands for, or None when it is not one we know how to run."""
    if name in _POSIX:
        return CharSet(merged(_POSIX[name]))
    if name in _ALIASES:
        return CharSet((), ((_ALIASES[name], False),))
    for key in _KEYS:
        if name.lower().startswith(key):
            name = name[len(key) :]
            break
    if name in _CATEGORIES:
        return CharSet((), ((name, False),))
    bare = name.removeprefix("Is")
    if bare in _CATEGORIES or (bare.isascii() and bare.replace("_", "").isalpha() and len(bare) > 2):
        return CharSet((), ((bare, False),))
    return None
