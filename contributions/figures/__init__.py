"""Figures of a consultation: those of its front page, and the tables that its organisers read and export."""
