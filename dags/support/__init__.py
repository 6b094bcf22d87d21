"""What the DAG files share, and the programs that run them: kept out of DAG parsing by `.airflowignore`."""
