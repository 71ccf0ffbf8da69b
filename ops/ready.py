"""The health check of a container: exits with 0 if the service in it is ready.

Run as a script with `-I -S` and from the standard library alone, since it runs every few seconds beside the service.
"""

import http.client
import os
import sys

SECONDS = 3.0


def main() -> int:
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(os.environ.get("YIHU_LISTEN_PORT", "8000")), timeout=SECONDS
    )
    try:
        connection.request("GET", "/healthz/ready")
        return 0 if connection.getresponse().status == http.HTTPStatus.OK else 1
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
