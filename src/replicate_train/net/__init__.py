"""URLs and TLS: which addresses may be used, and which certificates are trusted."""
