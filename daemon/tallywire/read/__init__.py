"""Bytes become an Article: one file per format."""
