"""The optimised integrations, with results and errors of their own, and jobs that are looked after."""
