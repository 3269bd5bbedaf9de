"""What calls would have cost: the price list, purchases, the bill, and double charges."""
