"""Whose word is taken for who somebody is: one module for each kind of token."""
