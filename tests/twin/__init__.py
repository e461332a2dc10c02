"""A slow, plain twin of the simulation of posts and coverage, written from the model's pages alone.

It shares nothing with the package: no import, no code, no random numbers. Where both give the same
figures, a rule has been read in the same way twice.
"""
