"""Events: the outbox in which they wait, and how they are pulled and pushed."""
