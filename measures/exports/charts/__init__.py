"""Charts as SVG text: pure functions of what they show, the same for pages, PDF and files. Callers import from here."""

from measures.exports.charts.chart import Chart
from measures.exports.charts.series import SMALL, draw_series
from measures.exports.charts.stacked import Bar, Category, Stack, draw_stack

__all__ = ["SMALL", "Bar", "Category", "Chart", "Stack", "draw_series", "draw_stack"]
