"""What `chokepoint doctor` looks at outside the home: the installation, the settings, the DAG files."""
