"""Every measurement runs to its end in its shortest form, so that it can be trusted when it is wanted in full."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("durable", "--messages", "400"), "xiaowei "),
        (("durable", "--memory", "--messages", "4000"), "last / second tenth"),
        (("durable", "--start"), "from the start to the first decision"),
        (("digest", "10"), "10 groups, 2 pages"),
        (("retention", "1000"), "integrity: ok"),
        (("quarter", "--days", "2", "--restarts", "1"), "heard"),
        (("heat",), "missed    0"),
        (
            ("city", "--groups", "30", "--minutes", "0.05", "--typhoon", "2", "--rate-of", "30", "--window", "1"),
            "nothing lost, nothing twice",
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_a_measurement_prints_what_it_promises(arguments: tuple[str, ...], told: str) -> None:
    module, *options = arguments
    ended = subprocess.run(  # noqa: S603 - programs of this repository
        [sys.executable, "-m", f"bench.{module}", *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr if ended.returncode else "") == (0, "")
    assert told in ended.stdout
