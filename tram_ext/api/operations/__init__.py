"""Every operation of the HTTP API as a value: its name, verb and path, who may call it, what it takes and answers."""
