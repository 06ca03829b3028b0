"""KPIs with their standing, and what each rests on: observations, baselines, targets, measures."""
