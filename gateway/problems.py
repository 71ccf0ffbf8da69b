"""Refusals of the gateway itself.

BadRequest       400 ─ AmbiguousPath          ambiguous-path
NotFound         404 ─ UnknownPath            unknown-path
UrlTooLong       414                          url-too-long
HeadersTooLarge  431                          headers-too-large
Unavailable      503 ─ UpstreamDown           upstream-down
                       UpstreamBusy           upstream-busy
                       UpstreamInterrupted    upstream-interrupted
                       StatusBehind           status-behind
                       FeedDown               feed-down
UpstreamTimeout  504                          upstream-timeout
TooManyRequests  429 ─ TooManyStreams         too-many-streams
"""

from shared.service.problems import BadRequest, NotFound, Problem, TooManyRequests, Unavailable


class AmbiguousPath(BadRequest):
    """The path has empty or dot segments, encoded slashes or control characters."""

    code = "ambiguous-path"


class UnknownPath(NotFound):
    """No service answers this path."""

    code = "unknown-path"


class UrlTooLong(Problem):
    status = 414
    code = "url-too-long"


class HeadersTooLarge(Problem):
    status = 431
    code = "headers-too-large"


class TooManyStreams(TooManyRequests):
    """The caller has as many live feeds open as it may."""

    code = "too-many-streams"


class BodyTooSlow(Problem):
    """The body did not come in within the time that a request may take."""

    status = 408
    code = "body-too-slow"


class UpstreamDown(Unavailable):
    """The service cannot be reached; the request was not sent."""

    code = "upstream-down"


class UpstreamBusy(Unavailable):
    """Too many requests are under way at the service and waiting for it; this one was not sent."""

    code = "upstream-busy"


class UpstreamInterrupted(Unavailable):
    """The service was lost while it had the request: whether it was carried out is not known."""

    code = "upstream-interrupted"


class StatusBehind(Unavailable):
    """The registry still answers with a status older than one already announced."""

    code = "status-behind"


class FeedDown(Unavailable):
    """The feed of changes is down."""

    code = "feed-down"


class UpstreamTimeout(Problem):
    status = 504
    code = "upstream-timeout"
