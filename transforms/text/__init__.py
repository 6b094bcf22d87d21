"""What texts are and which of them are the same: lake in, lake out, by rules that have a version."""
