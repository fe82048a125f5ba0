"""Routes of trainings, models and their versions."""
