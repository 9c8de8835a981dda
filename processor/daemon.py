"""The program that runs all day."""
