"""Figures with their words and their table; the only place that loads matplotlib."""

from workshop_kit.metrics.chart.audience import heatmap
from workshop_kit.metrics.chart.comments import tones
from workshop_kit.metrics.chart.drawing import Chart
from workshop_kit.metrics.chart.peers import strip
from workshop_kit.metrics.chart.trend import trend
from workshop_kit.metrics.chart.years import years

__all__ = ["Chart", "heatmap", "strip", "tones", "trend", "years"]
