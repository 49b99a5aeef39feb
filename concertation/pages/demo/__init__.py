"""The demonstration: a concertation written by hand in TOML, and the loader that runs it through the verbs."""
