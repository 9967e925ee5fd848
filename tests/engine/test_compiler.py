"""What a policy is compiled with: names, templates, references and conditions become callables."""

import pytest
from tests.engine.test_variables import compiler, new_flow

from gatewright.bundle.fields import Ref
from gatewright.engine.faults import Fault, fault
from gatewright.message import Message

missing = fault("steps.x.Missing", 400, "{policy} needs {variable}")


@pytest.mark.parametrize(
    ("ref", "variables", "value"),
    [
        (Ref(5), {}, 5),
        (Ref(5, "a"), {}, 5),
        (Ref(5, "a"), {"a": "7"}, 7),
        (Ref(5, "a"), {"a": 7}, 7),
        (Ref(5, "a"), {"a": "seven"}, None),
        (Ref(None, "a"), {}, None),
    ],
)
def test_a_reference_takes_the_variable_before_the_literal(
    ref: Ref[int], variables: dict[str, str | int], value: int | None
) -> None:
    flow = new_flow({})
    flow.variables.update(variables)
    read = compiler({}).ref(ref, lambda text: int(text) if text.isdigit() else None)
    assert read(flow) == value


def test_a_template_is_filled_in_from_variables() -> None:
    render = compiler({}).template("{request.verb} on {proxy.basepath}, not { this }")
    assert render(new_flow({})) == "GET on /v0/weather, not { this }"


def test_an_unresolved_variable_is_the_policys_fault_or_its_fallback() -> None:
    cx = compiler({})
    cx.policy = "mine"
    with pytest.raises(Fault, match=r"mine needs nothing\.here"):
        cx.template("{nothing.here}", unresolved=missing)(new_flow({}))
    assert cx.template("<{nothing.here}>", ignore_unresolved=True)(new_flow({})) == "<>"
    assert cx.template("<{nothing.here}>", ignore_unresolved=True, fallback="-")(new_flow({})) == "<->"


def test_only_a_template_without_variables_is_constant() -> None:
    cx = compiler({})
    assert cx.constant("plain") == "plain"
    assert cx.constant("{request.verb}") is None


def test_a_condition_becomes_a_test_and_a_wrong_one_a_problem() -> None:
    cx = compiler({})
    holds = cx.condition('request.verb = "GET"')
    assert holds is not None
    assert holds(new_flow({}))
    assert cx.condition("  ") is None
    assert cx.shared.report.errors == ()
    assert cx.condition("a = ") is None
    assert len(cx.shared.report.errors) == 1


def test_a_message_is_found_by_name_and_buffered_only_where_its_body_is_read() -> None:
    cx, flow = compiler({}), new_flow({})
    assert cx.message()(flow) is flow.request
    assert cx.message("response")(flow) is None
    assert cx.message("made")(flow) is None
    flow.variables["made"] = made = Message()
    assert cx.message("made")(flow) is made
    assert cx.shared.buffers == set()
    cx.message("response", reads_body=True)
    assert cx.shared.buffers == {"response"}


@pytest.mark.parametrize(("value", "text"), [("x", "x"), (5, "5"), (True, "true"), (["a", "b"], "[a, b]")])
def test_a_variable_is_read_as_apigee_prints_it(value: str | int | list[str], text: str) -> None:
    flow = new_flow({})
    flow.variables["a"] = value
    assert compiler({}).text("a")(flow) == text
    assert compiler({}).text("b")(flow) is None


def test_findings_go_into_the_report_of_the_compilation() -> None:
    cx = compiler({})
    cx.problem("bad")
    cx.warning("odd")
    assert [error.message for error in cx.shared.report.errors] == ["bad"]
    assert [warning.message for warning in cx.shared.report.warnings] == ["odd"]
