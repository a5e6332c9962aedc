"""Other people's word for who somebody is: their keys, their tokens, what is believed."""
