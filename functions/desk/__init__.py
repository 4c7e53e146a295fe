"""What the functions share: the language of the desk. It imports none of them."""
