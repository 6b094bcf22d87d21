"""Tests of the news source."""
