"""Facilitated policy workshops in Jupyter, from the first question to the policy."""

__version__ = "0.1.0"
