"""What goes wrong on purpose: the orders for it, and how each kind befalls a call."""
