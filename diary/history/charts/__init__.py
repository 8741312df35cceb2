"""What the history draws: first what is said (`series`, `bands`, `cycles`), then shapes with their
coordinates (`ground`, `temperature`, `strips`), then an SVG (`svg`). Only what is said knows rows
of the database, and no module here asks it."""
