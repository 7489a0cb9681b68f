"""Every measurement runs to its end in its shortest form, so that it can be trusted when it is wanted in full."""

import os

import pytest

from tests.nursery import Nursery

PATIENCE = 600.0
"""Seconds that a busy machine may take for any of them."""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("durable", "--messages", "400"), "xiaowei "),
        (("durable", "--memory", "--messages", "4000"), "last / second tenth"),
        (("durable", "--start"), "a new one and all its migrations"),
        (("digest", "10"), "10 groups, 2 pages"),
        (("retention", "1000"), "integrity: ok"),
        (("quarter", "--days", "2", "--restarts", "1"), "heard"),
        (("heat",), "missed    0"),
        (("crash", "--kills", "4", "--engine", "sqlite", "--messages", "8"), "nothing lost, nothing twice"),
        (
            ("city", "--groups", "30", "--minutes", "0.05", "--typhoon", "2", "--rate-of", "30", "--window", "1"),
            "nothing lost, nothing twice",
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_a_measurement_prints_what_it_promises(nursery: Nursery, arguments: tuple[str, ...], told: str) -> None:
    module, *options = arguments
    ended = nursery.run("-m", f"bench.{module}", *options, environ=os.environ, within=PATIENCE)
    assert (ended.code, ended.err if ended.code else "") == (0, "")
    assert told in ended.out
