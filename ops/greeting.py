"""What is printed when everything runs: where it is, where the credentials are, how to try it."""

from ops.home import Home

DEMO_DIVISION = "420115010000"


def greeting(home: Home, address: str) -> list[str]:
    """Lines for the terminal; the `curl` lines work as they stand in the checkout's folder."""
    reader, system = "$(make -s token CLIENT=mobile-app)", "$(make -s token CLIENT=health-system)"
    return [
        "",
        f"Yihu runs at {address} (API documentation: {address}/docs)",
        f"Credentials of the demo: {home.credentials_file}",
        "",
        "Statuses as the helpers' mobile application sees them:",
        f'  curl -H "Authorization: Bearer {reader}" "{address}/api/v1/statuses?division={DEMO_DIVISION}&limit=3"',
        "What the health department has on record:",
        f'  curl -H "Authorization: Bearer {system}" "{address}/api/v1/health/insurance-enrolments?limit=3"',
        "Every change of a status, live:",
        f'  curl -N -H "Authorization: Bearer {reader}" "{address}/api/v1/changes"',
        "",
        "The whole way from an update to the changed status: make tour.  Stop with Ctrl-C.",
    ]
