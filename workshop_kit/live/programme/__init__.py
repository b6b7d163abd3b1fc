"""A programme: many workshops at once on one server, each in a room of its own."""
