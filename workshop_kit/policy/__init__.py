"""What we decide: decisions, the policy drafted from them, and what lint finds."""
