"""Who may come in: connections, addresses, identities, the queue of logins, and what a role may do."""
