"""URLs, TLS and proxies: which addresses are allowed, which certificates and proxies are used."""
