"""The kinds of tasks: one module for each, which exports what the service does for it as KIND."""
