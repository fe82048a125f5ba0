"""Routes for logging in and for passwords."""
