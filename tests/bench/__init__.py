"""Figures of speed, each a ratio to a baseline measured in the same run; a clock alone asserts nothing."""
