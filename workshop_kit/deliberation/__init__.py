"""What the room says: counts, agreement and rankings; frame in, frame out."""
