"""What happens: one replication of one option. The only room that imports simpy."""
