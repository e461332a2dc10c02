"""Deployment-planning simulator for police advisory groups."""
