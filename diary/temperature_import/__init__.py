"""Temperatures from another app: a plain text file, read line by line. Nothing in it is guessed
silently: what can be read in two ways is asked, and what cannot be read is said by line."""
