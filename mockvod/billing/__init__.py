"""What calls would have cost: prices, what was bought, the bill, and what was paid for twice."""
