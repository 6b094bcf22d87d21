"""What the folders agree on: documents, datasets, errors, time and safe text. Imports none of ours."""
