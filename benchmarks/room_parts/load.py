"""A crowd that answers, and what the server used meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psutil
from room_parts import serve
from room_parts.machine import say

if TYPE_CHECKING:
    from pathlib import Path

    from room_parts.crowd import Orders
    from room_parts.serve import Server


def put_load(
    server: Server, orders: Orders, kept: Path, *, seconds: float, every: float
) -> dict[str, Any]:
    """Let everybody answer, and return what happened with what the server used."""
    spent, waited, start = server.cpu(), server.waited(), time.monotonic()
    psutil.cpu_percent()
    done = orders.do(
        "load", seconds=seconds, every=every, answers=serve.answers(), file=str(kept)
    )
    used = server.cpu() - spent
    done["machine_cpu"] = psutil.cpu_percent() / 100
    took = time.monotonic() - start
    done["server_cpu"] = used / took
    done["server_waited"] = (server.waited() - waited) / took
    done["cpu_per_1000"] = used / max(1, done["sent"]) * 1000
    return done


def line(name: str, done: dict[str, Any]) -> None:
    """Print what a load did."""
    told = done["ack_ms"]
    say(
        f"{name}: {done['sent']:,} answers, acknowledged after {told['p50']:.1f} ms"
        f" (median), p99 {told['p99']:.1f}, longest {told['max']:.0f};"
        f" server {done['server_cpu']:.0%} of a core,"
        f" {done['cpu_per_1000']:.2f} s for 1,000, and {done['server_waited']:.0%} of"
        f" the time waiting for one; all cores {done['machine_cpu']:.0%};"
        f" crowd {done['cpu']:.0%} of a core, late by"
        f" p99 {done['late_ms']['p99']:.0f} ms;"
        f" {done['unanswered'] + done['gone'] + done['refused']} in trouble"
    )
