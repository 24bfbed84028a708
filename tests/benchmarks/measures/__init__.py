"""What can be measured, each by its name: a measure takes what was given and finds figures."""
