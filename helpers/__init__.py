"""What a lesson imports: the lab its calls go to, lenses to look at them, exercises and pictures."""
