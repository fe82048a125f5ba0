"""Training and measuring of models, and the tasks that do it in the background."""
