"""What an operator can do, one file per noun: the same functions for the REST API, the UI and the CLI.

An operation takes the store first, returns entities, and raises a ManagementError, or StoreUnavailable.
"""
