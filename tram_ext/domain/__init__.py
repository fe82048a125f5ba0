"""The nouns of the project and its errors: plain dataclasses that every layer may import."""
