"""When: thin Airflow files. Nothing else imports airflow."""
