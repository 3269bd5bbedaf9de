"""What VOD does with a call that the gateway has admitted: one package for each family of resources."""
