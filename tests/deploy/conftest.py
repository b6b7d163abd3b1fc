"""The Hub and two facilitators, once for all tests of it."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "hub", Path(__file__).with_name("hub.py")
)
hub_parts = importlib.util.module_from_spec(_SPEC)
sys.modules["hub"] = hub_parts
_SPEC.loader.exec_module(hub_parts)

USERS = {"fictional-first": "words of the first", "fictional-second": "of the second"}


@pytest.fixture(scope="session")
def hub():
    """Start the Hub and the rooms; whatever is left of them is ended."""
    # Other users of the system may not look into pytest's own folders.
    with tempfile.TemporaryDirectory(prefix="hub-") as name:
        Path(name).chmod(0o755)
        with hub_parts.Hub(Path(name), USERS) as found:
            yield found


@pytest.fixture(scope="session")
def first(hub):
    """Log the first facilitator in and start the server."""
    one = hub_parts.Facilitator(hub, "fictional-first")
    one.log_in()
    one.spawn()
    yield one
    one.close()


@pytest.fixture(scope="session")
def second(hub):
    """Log the second facilitator in and start the server."""
    one = hub_parts.Facilitator(hub, "fictional-second")
    one.log_in()
    one.spawn()
    yield one
    one.close()


@pytest.fixture(scope="session")
def kernel(first):
    """Run the first notebook, as far as it lets people in."""
    line = first.kernel()
    shown = [line.run(code) for code in hub_parts.cells("00_start")]
    assert not [words for words in shown if "Error" in words]
    yield line
    line.close()


@pytest.fixture
def stranger(hub):
    """Somebody who has not logged in."""
    one = hub_parts.Facilitator(hub, "fictional-first")
    yield one
    one.close()
