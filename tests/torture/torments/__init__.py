"""What is done to the room, and how it is seen whether anything was lost."""
