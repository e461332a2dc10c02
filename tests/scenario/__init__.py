"""Tests of the scenario room: what a file may say, and what it is told when it is wrong."""
