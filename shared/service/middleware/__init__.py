"""What surrounds every request, as pure ASGI: context, metrics, errors, limits, authentication."""
