"""
The facilitator's side: notes when the tally in the panel changes.

Runs as a process of its own, ``python watch.py FILE ASPECT BALLOT``, until its
standard input ends; then writes ``[time, answered]`` for every change as JSON. The
panel is that of the notebooks, in an event loop as a kernel has it; a browser is not
there. The time is of the monotonic clock.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from workshop_kit.live.room.lead import Lead
from workshop_kit.live.room.panel import Panel
from workshop_kit.live.workshop import Workshop


async def main() -> None:
    """Watch the panel until standard input ends."""
    file, aspect, ballot = sys.argv[1:]
    seen: list[tuple[float, int]] = []

    def look(change: Any) -> None:
        said = (change["new"].get("focus") or {}).get("said", "")
        count = next((int(n) for n in re.findall(r"\d+", said)), -1)
        if not seen or seen[-1][1] != count:
            seen.append((time.monotonic(), count))

    with Workshop.open(Path(file)) as workshop:
        Lead(workshop, "benchmark").focus("watch", aspect=aspect, ballot=ballot)
        panel = Panel(workshop, [aspect], by="benchmark")
        panel.observe(look, "view")
        print("by the panel", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        panel.close()
    print(json.dumps(seen))


if __name__ == "__main__":
    asyncio.run(main())
