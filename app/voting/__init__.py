"""A room: a class compares, from its phones, what our labs have made."""
