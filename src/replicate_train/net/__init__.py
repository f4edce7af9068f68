"""URLs, TLS and proxies: which addresses may be used, what is trusted, which way is taken."""
