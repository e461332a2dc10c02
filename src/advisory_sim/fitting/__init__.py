"""What past deployments say: a table of cases -> settings of the scenario's file, each with its uncertainty."""
