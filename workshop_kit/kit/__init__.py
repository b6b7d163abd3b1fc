"""What we ask: kits, their questions, conditions and checks on values."""
