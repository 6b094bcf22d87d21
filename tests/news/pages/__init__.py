"""Invented pages in the markup of real kinds of sites, each with what must come out of it. All texts are made up."""
