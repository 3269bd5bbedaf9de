"""The media library: its files, uploads and downloads."""
