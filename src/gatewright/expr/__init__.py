"""Conditions, message templates, path patterns and Java regular expressions: read once, compiled to closures.

Generic over the context `C`: a variable's name becomes a reader through `readers(name)`, and what is compiled
reads the context through those readers alone.
"""

from gatewright.expr.compile import Reader, Readers, compile_condition
from gatewright.expr.errors import ConditionError, ExpressionError, PathError, RegexError, TemplateError
from gatewright.expr.functions import InvalidArgument
from gatewright.expr.jsonpath import JsonPath, compile_jsonpath
from gatewright.expr.parser import Condition, ConditionWarning, parse_condition
from gatewright.expr.path import compile_path
from gatewright.expr.regex import JavaRegex, RegexTimeout, compile_java_regex
from gatewright.expr.render import OnUnresolved, compile_template
from gatewright.expr.template import Template, TemplateWarning, parse_template
from gatewright.expr.write import write_condition

__all__ = [
    "Condition",
    "ConditionError",
    "ConditionWarning",
    "ExpressionError",
    "InvalidArgument",
    "JavaRegex",
    "JsonPath",
    "OnUnresolved",
    "PathError",
    "Reader",
    "Readers",
    "RegexError",
    "RegexTimeout",
    "Template",
    "TemplateError",
    "TemplateWarning",
    "compile_condition",
    "compile_java_regex",
    "compile_jsonpath",
    "compile_path",
    "compile_template",
    "parse_condition",
    "parse_template",
    "write_condition",
]
