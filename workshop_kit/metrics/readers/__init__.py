"""One reader per export format; each gives the same tidy frame of posts."""
