"""The media library: its files, how they are uploaded, described, downloaded and deleted."""
