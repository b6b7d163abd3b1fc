"""What the figures say: exports read into tidy frames, KPIs, baselines, targets."""
