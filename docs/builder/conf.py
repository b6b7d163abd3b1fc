"""How Sphinx makes the documentation site; `python tasks.py docs` runs it."""

from __future__ import annotations

from pathlib import Path

from workshop_kit import __version__

project = "workshop_kit"
release = version = __version__
author = "the makers of workshop_kit"
language = "en"
extensions = ["myst_parser"]
root_doc = "docs/index"
nitpicky = True

# Slugs of headings as repository browsers make them, so that one link serves both.
myst_heading_anchors = 3
# A page may begin below the level that it is shown at in a repository browser.
suppress_warnings = ["myst.header"]

html_theme = "furo"
html_title = "workshop_kit"
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
# Code in the colours of these passes contrast 4.5 to 1 on the theme's background.
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
# A search that works from the disk, in the pages' own language.
html_search_language = "en"
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#14505c",
        "color-brand-content": "#14505c",
        "color-brand-visited": "#5b3a72",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7cc7d4",
        "color-brand-content": "#7cc7d4",
        "color-brand-visited": "#c9a9e0",
    },
}
