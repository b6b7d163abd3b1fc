"""Writes the pages that are made of the program, and builds the documentation site."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from builder import generated, site


def main() -> int:
    """Do both, or only the pages; a warning of Sphinx is an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", action="store_true", help="only write the pages")
    parser.add_argument("--as-is", action="store_true", help="write no pages")
    parser.add_argument("--to", type=Path, default=site.SITE, help="folder of the site")
    chosen = parser.parse_args()
    if not chosen.as_is:
        generated.write()
    if chosen.pages:
        return 0
    code = site.build(chosen.to)
    if code == 0:
        print(f"The site: {chosen.to / 'index.html'}")  # noqa: T201 - a script
    return code


if __name__ == "__main__":
    sys.exit(main())
