"""By hand: the same functions as the DAGs call, at a prompt."""
