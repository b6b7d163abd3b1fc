"""What makes the documentation: pages of the program, the site, its pictures."""
