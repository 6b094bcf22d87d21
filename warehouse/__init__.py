"""Keep what was read: archive -> lake -> build -> release. Knows storage, no source."""
