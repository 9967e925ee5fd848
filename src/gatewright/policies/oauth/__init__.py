"""The operations of OAuthV2, one a file, and what they share."""
