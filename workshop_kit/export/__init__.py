"""What we take home: one tree of blocks, and a small renderer for each format."""
