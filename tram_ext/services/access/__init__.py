"""Users, passwords, tokens, the throttling of logins, and who may do what."""
