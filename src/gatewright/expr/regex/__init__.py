"""java.util.regex, read and run."""

from gatewright.expr.regex.java import TIMEOUT_S, JavaRegex, RegexTimeout, compile_java_regex, linear_answer
from gatewright.expr.regex.replacement import Replacement

__all__ = ["TIMEOUT_S", "JavaRegex", "RegexTimeout", "Replacement", "compile_java_regex", "linear_answer"]
