"""Races between the gateway and its peers on one machine; `make bench` runs them."""
