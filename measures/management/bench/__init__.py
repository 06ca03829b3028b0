"""Fills an empty database with generated measures, KPIs, reports and events, as operations would have left them."""
