"""Tests of the company filings."""
