"""What VOD does once the gateway has let a call in: one module for each family of resources."""
