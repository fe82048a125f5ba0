"""Connection limits, host and origin checks, identities, authorization, and the login queue."""
