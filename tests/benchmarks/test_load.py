"""wrk's report becomes figures, whatever units it chose."""

import pytest
from benchmarks.load import Load, read_wrk

REPORT = """\
Running 4s test @ http://127.0.0.1:40000/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.31ms  500.11us   9.10ms   90.00%
    Req/Sec    50.00k     1.00k   52.00k    70.00%
  Latency Distribution
     50%  980.00us
     75%    1.40ms
     90%    1.80ms
     99%    3.20ms
  200000 requests in 4.00s, 230.00MB read
Requests/sec:  50000.00
"""


def test_a_report_is_read_with_its_units() -> None:
    assert read_wrk(REPORT) == Load(200_000, 4.0, 980.0, 3200.0, 0)


def test_failures_of_both_kinds_are_counted() -> None:
    failing = REPORT.replace(
        "Requests/sec",
        "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\nRequests/sec",
    )
    assert read_wrk(failing).failures == 15


def test_anything_else_is_an_error() -> None:
    with pytest.raises(ValueError, match="unable to connect"):
        read_wrk("unable to connect to 127.0.0.1:1 Connection refused")
