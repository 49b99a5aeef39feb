"""From files of other platforms, or our own, to contributions: a file is read whole, then written or refused whole."""
