"""What the history draws: first what is said (`said`, `bands`, `cycles`), then shapes with their
coordinates (`drawing` and one module per chart), then an SVG (`svg`). Only `said` and `bands` know
rows of the database, and no module here asks it."""
