"""Pages where organisers write."""
