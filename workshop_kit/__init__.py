"""
Facilitated policy workshops in Jupyter, from the first question to the policy.

The map. Each room knows only the rooms below it (an import-linter contract)::

    __main__, cli the ``workshop-kit`` command
    live          THE ROOM             all rooms joined: notebooks, demo, JupyterLab
    live.room                          participants' server and pages, the panel
    live.programme                     many rooms at once, each a process of its own
    live.launcher                      two cards in JupyterLab
    export        WHAT WE TAKE HOME    one document tree; HTML, PDF, nbconvert exporters
    policy        WHAT WE DECIDE       decisions, draft, indicators, calendar, lint
    metrics       WHAT THE FIGURES SAY readers, KPI catalogue, baseline, target, chart
    deliberation  WHAT THE ROOM SAYS   ballot, tally, ranking, threshold, rounds
    forms         HOW WE ASK           one widget: fields, intake, form, static/form.js
    store         WHERE ANSWERS LIVE   SQLite or PostgreSQL, append-only but for erasure
    kit           WHAT WE ASK          model, load, conditions, validate, words, check
    errors, i18n  what went wrong and how we say it, in the user's language
    kept          what was made of a file, for the next program
    kits          content: a folder of YAML for each subject, no code

One noun in, one noun out: folder → Kit → Form → Answer → tally → Decision → Policy →
Finding → Document → file. What a facilitator does is an Action; all of them → State.
Figures come in from the side: file → Export → KPI → Baseline → TargetCheck → Judged.
This file imports nothing, so that the command starts at once.
"""

__version__ = "0.1.0"
