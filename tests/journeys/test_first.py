"""Nothing stands above an urgent card, and the number to call is on the first screen. In a browser."""
