"""The pages in which organisers write."""
