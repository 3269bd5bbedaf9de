"""The kinds of tasks: one module each, which exports a TaskBehaviour as KIND."""
