"""Import contributions from files of other platforms or our own: all of a file is written, or nothing."""
