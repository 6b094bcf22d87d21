"""Mean something: a dbt project over the lake, and the functions that run it. Knows no web."""
