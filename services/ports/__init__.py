"""What the use cases need of the world, as Protocols. bootstrap.py alone chooses who implements them."""
