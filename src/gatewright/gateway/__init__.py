"""The data plane: sockets, HTTP, deployed snapshots and the processes that serve them."""
