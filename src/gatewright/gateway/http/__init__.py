"""HTTP/1.1 on both sides of the gateway: requests from clients, answers from targets, and what joins them."""
