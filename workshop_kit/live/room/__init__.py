"""The live part of the room: participants on their own devices, led from a notebook."""
