"""What ``scale.py`` found, as Markdown to be pasted into a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Found = dict[str, Any]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Give the lines of a table of figures."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join(['--:'] * len(head))}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _acknowledged(row: Found, target: float) -> str:
    p99 = f"{row['ack_p99_ms']:,.1f}"
    p99 = p99 if row["ack_p99_ms"] <= target else f"**{p99}**"
    return f"{row['ack_p50_ms']:.1f}, {p99}, {row['ack_max_ms']:,.0f}"


def curve(found: Found, target: float) -> Iterator[str]:
    """Give a row for each size of crowd."""
    head = (
        "people", "answers", "acknowledged after, median, p99, longest ms",
        "server, part of a core", "s of it for 1,000 answers", "MB for each",
        "MB in all", "bytes of file for an answer", "lost, doubled",
    )  # fmt: skip
    yield from table(
        head,
        (
            (
                f"{n:,}", f"{row['answers']:,}", _acknowledged(row, target),
                f"{row['server_cpu']:.2f}", f"{row['cpu_per_1000']:.2f}",
                f"{row['mb_per_participant']:.3f}", f"{row['mb']:.0f}",
                f"{row['bytes_per_answer']:.0f}", f"{row['lost']}, {row['doubled']}",
            )
            for n, row in found["curve"].items()
        ),
    )  # fmt: skip
    bare = found["echo"]
    yield (
        f"- A bare uvicorn that answers each of the {found['participants']:,} with a"
        f" receipt made of nothing: {_acknowledged(bare, target)} ms;"
        f" {bare['server_cpu']:.2f} of a core, {bare['cpu_per_1000']:.2f} s for 1,000."
    )
    yield ""


def processes(found: Found, target: float) -> Iterator[str]:
    """Give a row for each number of processes."""
    head = (
        "processes", "people", "answers", "acknowledged after, median, p99, longest ms",
        "s of ours for 1,000 answers", "s of nginx", "all cores in use",
        "MB of ours in all", "lost, doubled",
    )  # fmt: skip
    yield from table(
        head,
        (
            (
                f"{n}", f"{row['people']:,}", f"{row['answers']:,}",
                _acknowledged(row, target), f"{row['cpu_per_1000']:.2f}",
                f"{row['nginx_per_1000']:.2f}", f"{row['machine_cpu']:.0%}",
                f"{row['mb']:.0f}", f"{row['lost']}, {row['doubled']}",
            )
            for n, row in found["processes"].items()
        ),
    )  # fmt: skip


def knee(found: Found, target: float) -> Iterator[str]:
    """Give a row for each rate, of the room and of the bare echo."""
    head = (
        "answers a second", "room: median, p99, longest ms", "part of a core",
        "waited for a core", "crowd, part of a core", "echo: median, p99, longest ms",
        "part of a core",
    )  # fmt: skip
    yield from table(
        head,
        (
            (
                f"{rate:,}", _acknowledged(ours, target), f"{ours['server_cpu']:.2f}",
                f"{ours['server_waited']:.0%}", f"{ours['crowd_cpu']:.2f}",
                _acknowledged(bare, target), f"{bare['server_cpu']:.2f}",
            )
            for rate, (ours, bare) in found["knee"].items()
        ),
    )  # fmt: skip
    yield f"- {sentence(found)}"
    yield ""


def sentence(found: Found) -> str:
    """Return where the knee is, what limits there, and what disk and echo would do."""
    held, limit = found["knee_per_s"], found["knee_limit"]
    beyond = f"beyond, {limit}" if limit else "more was not tried"
    told = [f"Knee: {held:,.0f} answers a second are held by one process; {beyond}."]
    if "disk_per_s" in found:
        told.append(f"The disk confirmed {found['disk_per_s']:,.0f} writes a second.")
    told.append(f"The bare echo held {found['echo_per_s']:,.0f} answers a second.")
    return " ".join(told)


def markdown(found: Found, target: float) -> str:
    """
    Return everything that was found, ready to be pasted.

    Args:
        found: By part; what was not measured is not there.
        target: Milliseconds beyond which a 99th percentile is set in bold.
    """
    parts = {"curve": curve, "processes": processes, "knee": knee}
    lines: list[str] = []
    for name, lay_out in parts.items():
        if name in found:
            lines += lay_out(found, target)
    return "\n".join(lines)
