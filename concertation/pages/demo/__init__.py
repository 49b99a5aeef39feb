"""The demonstration: a concertation written by hand in TOML, and the loader that plays it through the verbs."""
