"""Events: how they wait, and how they are pulled and pushed."""
