"""The hosts that the samples' proxies call, and that stand-ins answer for.

They stand alone so that a gateway worker, which only has to know them, needs no web framework.
"""

WEATHER = "weather.yahooapis.com"
MOCKTARGET = "mocktarget.apigee.net"
HOSTS = (WEATHER, MOCKTARGET)
"""The hosts to send to the stand-ins instead (`--resolve`)."""
