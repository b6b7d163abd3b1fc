"""How JupyterLab is started: with private sockets wherever the system can name them."""

from __future__ import annotations

import sys

import pytest

from workshop_kit.live.lab import _where_posix


@pytest.mark.parametrize(("length", "private"), [(57, True), (58, False)])
def test_kernels_are_private_where_their_names_fit(monkeypatch, length, private):
    """Linux knows 107 bytes, of which a kernel's own name takes fifty."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "/" + "a" * (length - 1))

    assert ("--KernelManager.transport=ipc" in _where_posix()) == private
