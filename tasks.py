"""
Sets the project up and does one task, on any system with Python 3.11 or newer.

    python tasks.py demo       a whole sample workshop, with its policy exported
    python tasks.py workshop   JupyterLab at the first notebook
    python tasks.py test       all that has to hold, with what it needs installed
    python tasks.py long       what takes longer: every page, a whole evening
    python tasks.py docs       the documentation as a site, in build/docs
    python tasks.py pictures   the pictures in it, taken of the real program
    python tasks.py torture    all that is done to a room before it is trusted, an hour
    python tasks.py coverage   which branches the tests do not take
    python tasks.py wheel      the wheel, tried in an empty environment, and its SBOM
    python tasks.py schema     what editors know of a kit's files, from the models
    python tasks.py lock       new versions of what is installed, with hashes
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = "Scripts" if os.name == "nt" else "bin"
LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("run", "test")}
ON_WINDOWS = ("--platform", "win32", "--cache-dir", ".mypy_cache/win32")
# Three on two cores: much of the time is spent on waiting for servers and clocks.
SIDE_BY_SIDE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
DEBIAN = {
    "chromium": "chromium",
    "pdftoppm": "poppler-utils",
    "nginx": "nginx-light",
    # Tests start it themselves; the one that the package starts is left alone.
    "pg_lsclusters": "postgresql",
    "gcc": "build-essential",
}
NODE = {"tests/browser": "axe-core", "deploy/jupyterhub": "configurable-http-proxy"}
COVERED = {
    "workshop_kit/store/*": ["store"],
    "workshop_kit/kit/validate.py": ["kit"],
    "workshop_kit/forms/intake.py": ["forms"],
    "workshop_kit/deliberation/*": ["deliberation"],
}
"""Rooms of which every branch is taken, and the tests that do so."""


def say(text: str) -> None:
    """Tell what is going on."""
    print(f"\n== {text}", flush=True)  # noqa: T201 - a script talks by printing


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command and stop with its exit code if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, check=False)  # noqa: S603 - fixed commands
    if done.returncode:
        sys.exit(done.returncode)


def tool(name: str, folder: Path = VENV) -> Path:
    """Return the path of a command in a virtual environment."""
    return folder / BIN / (f"{name}.exe" if os.name == "nt" else name)


def install(lock: str) -> None:
    """Make ``.venv`` hold what the lock names, and this project itself."""
    wanted = hashlib.sha256(
        LOCKS[lock].read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    ).hexdigest()
    stamp = VENV / f"installed-{lock}"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    if not tool("python").is_file():
        say("Making .venv")
        venv.create(VENV, with_pip=True)
    say(f"Installing what requirements/{lock}.txt names (a few minutes, once)")
    pip = [tool("python"), "-m", "pip", "--disable-pip-version-check", "install"]
    run_in_sight(*pip, "--require-hashes", "-r", LOCKS[lock])
    run(*pip, "-q", "--no-deps", "--no-build-isolation", "-e", ROOT)
    stamp.write_text(wanted, "utf-8")


def run_in_sight(*command: str | Path) -> None:
    """Run pip like :func:`run`, and count in one line what it has got."""
    words = [str(part) for part in command]
    done = 0
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - fixed commands
        for line in process.stdout or ():
            done += line.startswith("Collecting ")
            said = "now they are put in place" if "Installing" in line else "got"
            if sys.stdout.isatty():
                print(f"   {done} packages {said} …", end="\r", flush=True)  # noqa: T201 - a script talks by printing
    if process.returncode:
        sys.exit(process.returncode)


def install_system() -> None:
    """Install the programs that tests start, where they are missing."""
    # Programs that serve are not on everybody's path.
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    missing = [
        package for name, package in DEBIAN.items() if not shutil.which(name, path=path)
    ]
    if missing and shutil.which("apt-get"):
        say(f"Installing {', '.join(missing)}")
        sudo = [] if os.geteuid() == 0 else ["sudo"]  # type: ignore[attr-defined,unused-ignore]
        run(*sudo, "apt-get", "update", "-qq")
        run(*sudo, "apt-get", "install", "-y", "-qq", *missing)
    for folder, package in NODE.items():
        if not (ROOT / folder / "node_modules" / package).is_dir():
            say(f"Installing {package}")
            run(shutil.which("npm") or "npm", "ci", "--silent", cwd=ROOT / folder)


def demo() -> None:
    """Hold the sample workshop."""
    install("run")
    run(tool("workshop-kit"), "demo")


def workshop() -> None:
    """Open JupyterLab at the first notebook."""
    install("run")
    run(tool("workshop-kit"), "start")


def test() -> None:
    """Check everything: style, types, rooms, notebooks, tests, browser tests."""
    install("run")
    install("test")
    install_system()
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    checks: list[tuple[str, list[str | Path]]] = [
        ("Style", [tool("ruff"), "check"]),
        ("Format", [tool("ruff"), "format", "--check"]),
        ("Types", [tool("mypy")]),
        ("Types on Windows", [tool("mypy"), *ON_WINDOWS]),
        ("Rooms", [tool("lint-imports")]),
        ("Notebooks", [tool("nbstripout"), "--verify", "--keep-id", *notebooks]),
        ("Tests", tests("not long")),
    ]
    for name, command in checks:
        say(name)
        run(*command)


def long() -> None:
    """Run what would keep everybody waiting: every page, a whole evening."""
    install("run")
    install("test")
    install_system()
    run(*tests("long"))


def tests(which: str) -> list[str | Path]:
    """Return the command that runs the tests with these marks."""
    command = [tool("python"), "-m", "pytest", *SIDE_BY_SIDE, "-m", which]
    return [*command, *sys.argv[2:]]


def docs() -> None:
    """Write the pages that are made of the program, and build the site."""
    install("run")
    install("test")
    run(tool("python"), ROOT / "docs" / "make.py", *sys.argv[2:])


def pictures() -> None:
    """Take the pictures of the documentation anew; needs Chromium and poppler."""
    install("run")
    install("test")
    install_system()
    run(tool("python"), ROOT / "docs" / "pictures.py", *sys.argv[2:])


def torture() -> None:
    """Kill, starve, cut off and put to sleep, at length; ends with the figures."""
    install("run")
    install("test")
    install_system()
    os.environ["PYTHONPATH"] = str(ROOT)
    run(tool("python"), ROOT / "tests" / "torture" / "torture.py", *sys.argv[2:])


def coverage() -> None:
    """Say which branches of store, validation and aggregation no test takes."""
    install("run")
    install("test")
    for rooms, tests in COVERED.items():
        say(f"{rooms} by tests/{', tests/'.join(tests)}")
        folders = [ROOT / "tests" / folder for folder in tests]
        run(tool("coverage"), "run", "-m", "pytest", "-q", *folders)
        run(tool("coverage"), "report", f"--include={rooms}")


def wheel() -> None:
    """Build the wheel and use it where nothing else is installed."""
    install("run")
    install("test")
    with tempfile.TemporaryDirectory() as folder:
        say("Building the wheel")
        dist = ROOT / "dist"
        for old in dist.glob("*.whl"):
            old.unlink()
        run(tool("python"), "-m", "build", "-n", "-w", "-o", dist, ROOT)
        (built,) = dist.glob("*.whl")
        empty = Path(folder) / "empty"
        venv.create(empty, with_pip=True)
        say("Trying it in an empty environment")
        pip = [tool("python", empty), "-m", "pip", "install", "-q"]
        run(*pip, "--disable-pip-version-check", built, "-c", _without_hashes(folder))
        run(tool("workshop-kit", empty), "--version", cwd=empty)
        run(tool("workshop-kit", empty), "check", "social_media", cwd=empty)
        # All that a folder of the project would have comes with the wheel.
        run(tool("jupyter-workshop", empty), "demo", cwd=empty)
    say("Writing what it depends on: dist/sbom.json")
    write_sbom(tool("python"), dist / "sbom.json")
    say(f"The wheel: {built.relative_to(ROOT)}")


def write_sbom(python: Path, target: Path) -> None:
    """
    Write what the wheel depends on, as CycloneDX: names, versions and hashes.

    Args:
        python: An interpreter that has ``cyclonedx-bom``.
        target: The file; the same lock always gives the same file.
    """
    command = [
        *(python, "-W", "ignore", "-m", "cyclonedx_py", "requirements"),
        *("--pyproject", ROOT / "pyproject.toml", "--output-reproducible"),
        # Where packages are fetched from is not part of what they are.
        *("--index-url", "lock", "--output-file", target, LOCKS["run"]),
    ]
    target.parent.mkdir(exist_ok=True)
    run(*command)
    found = json.loads(target.read_text("utf-8"))
    for component in found["components"]:
        component.pop("description", None)
        for reference in component.get("externalReferences", ()):
            reference["url"] = "requirements/run.txt"
    for each in found["metadata"]["tools"]["components"]:
        each.pop("externalReferences", None)
    target.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


def _without_hashes(folder: str) -> Path:
    lines = LOCKS["run"].read_text("utf-8").splitlines()
    pins = [line.rstrip(" \\") for line in lines if not line.startswith(" ")]
    constraints = Path(folder) / "constraints.txt"
    constraints.write_text("\n".join(pins), "utf-8")
    return constraints


def schema() -> None:
    """Describe the files of a kit to editors anew, after a change of the models."""
    install("run")
    folder = ROOT / "workshop_kit" / "kits" / "schema"
    words = "import pathlib, sys; from workshop_kit.kit.schema import write; "
    run(tool("python"), "-c", f"{words}write(pathlib.Path(sys.argv[1]))", folder)


def lock() -> None:
    """Write the locks anew; needs ``uv`` on the path."""
    compile_lock = [
        "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
        "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header",
        "--upgrade", "pyproject.toml", "--group", "build",
    ]  # fmt: skip
    run(*compile_lock, "-o", LOCKS["run"])
    run(*compile_lock, "--group", "test", "-c", LOCKS["run"], "-o", LOCKS["test"])


TASKS = {
    task.__name__: task
    for task in (
        *(demo, workshop, test, long, docs, pictures, torture, coverage, wheel, schema),
        lock,
    )
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit(__doc__)
    TASKS[sys.argv[1]]()
