"""How we ask: one form for every host, from the questions of a kit."""
