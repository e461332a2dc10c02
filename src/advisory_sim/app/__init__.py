"""The live page: controls of a plan, and what they come to under the same futures."""
