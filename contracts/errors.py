"""The few ways things go wrong. Each says who acts: a later run, a person, or nobody."""


class ChokepointError(Exception):
    """Anything this project raises on purpose; the message is fit for a person and free of secrets."""

    exit_code = 1


class SourceError(ChokepointError):
    """A source did not give what was asked."""

    exit_code = 7

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        """`retry_after`: seconds the source asked us to wait, None when it did not say."""
        super().__init__(message)
        self.retry_after = retry_after


class SourceBusy(SourceError):
    """Busy or unreachable (429, 5xx, timeout, torn body): a later try may succeed."""


class SourceGone(SourceError):
    """Not there (404, 410): not yet published, or withdrawn."""


class SourceRefused(SourceError):
    """Refused (missing or bad key, robots.txt, a block, an address that may not be called)."""


class SourceChanged(SourceError):
    """The answer no longer has the documented shape or contradicts itself: a person must look."""

    exit_code = 5


class EnvironmentFault(ChokepointError):
    """The home, a key, the disk or the configuration is not fit for the command."""

    exit_code = 3


class Locked(ChokepointError):
    """Another process holds the lock."""

    exit_code = 6


class CheckFailed(ChokepointError):
    """Our own work failed a check; nothing was released."""

    exit_code = 5
