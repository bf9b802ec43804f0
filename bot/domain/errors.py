"""What a person can be told: a locale key with its arguments. Anything else is a fault of ours."""

from http import HTTPStatus

from bot.domain.appearance import TemplateFault
from bot.domain.source import Trouble


class DomainError(Exception):
    """`key` names a message of bot/locales; `arguments` fill its placeholders."""

    key = "error.unexpected"

    def __init__(self, **arguments: str | int) -> None:
        super().__init__(f"{self.key} {arguments}" if arguments else self.key)
        self.arguments = arguments


class UnknownRubricError(DomainError):
    key = "error.unknown-rubric"


class UnknownChannelError(DomainError):
    key = "error.unknown-channel"


class NotChannelAdministratorError(DomainError):
    key = "error.not-channel-administrator"


class NothingToDeliverError(DomainError):
    """A channel with neither articles nor ticker: pausing says that better."""

    key = "error.nothing-to-deliver"


class NoSearchWordError(DomainError):
    """What was written has neither letter nor figure."""

    key = "error.no-search-word"


class TooLongWordError(DomainError):
    key = "error.too-long-word"


class TooManyWordsError(DomainError):
    key = "error.too-many-words"


class SameHoursError(DomainError):
    """Quiet from an hour to the same: nobody knows whether that is never or always."""

    key = "error.same-hours"


class OnlyApproverError(DomainError):
    """Who does not want to be asked is the last one who can be."""

    key = "error.only-approver"


class NotWordsError(DomainError):
    """Something was asked for in words, and what came was a picture or the like."""

    key = "error.not-words"


class TemplateError(DomainError):
    """A template that cannot be used: `fault` at this `line` and `column`, counted from 1; `what` stands there."""

    key = "template.unknown"

    def __init__(self, fault: TemplateFault, *, line: int, column: int, what: str = "") -> None:
        self.key = f"template.{fault}"
        self.fault = fault
        super().__init__(line=line, column=column, what=what)


class SignatureTooLongError(DomainError):
    key = "error.signature-too-long"


class NoButtonError(DomainError):
    """Somebody typed a button of the channel's own without a text, or without an address that Telegram takes."""

    key = "error.no-button"


class BadScheduleError(DomainError):
    """What was typed as a ticker's schedule is none; each kind says what is wrong and where."""


class TickerIntervalError(BadScheduleError):
    """Not between `lowest` and `highest` minutes."""

    key = "schedule.interval"


class CronFieldsError(BadScheduleError):
    """`count` fields instead of five."""

    key = "schedule.fields"


class CronFieldError(BadScheduleError):
    """`part` cannot be read in `field`, which takes `lowest` to `highest`."""

    key = "schedule.field"


class CronSecondsError(BadScheduleError):
    """Six fields: the first would be seconds, and a ticker comes once a minute at most."""

    key = "schedule.seconds"


class CronNeverError(BadScheduleError):
    key = "schedule.never"


class ArticleNotFoundError(DomainError):
    key = "error.article-not-found"


class ArticleLetGoError(ArticleNotFoundError):
    """It was here once and is older than what is kept."""


class UnreadableLinkError(DomainError):
    key = "error.unreadable-link"


class PushAlreadyDecidedError(DomainError):
    key = "error.push-already-decided"


class StaleButtonError(DomainError):
    """A button of an earlier version, of a role that was taken away, or one that nobody was ever shown."""

    key = "error.stale-button"


class UnknownPersonError(DomainError):
    key = "error.unknown-person"


class UnknownSourceError(DomainError):
    key = "error.unknown-source"


class NotAnAddressError(DomainError):
    key = "error.not-an-address"


class NoLinkError(DomainError):
    """What was asked about is no address of an article."""

    key = "error.no-link"


class AlreadyDecidedError(DomainError):
    """`editor` was faster."""

    key = "error.already-decided"


class SourceError(Exception):
    """A source could not be read. The text is an operator's sentence: what happened and what to do.

    `trouble` says what happened to those who read it in their own language.
    """

    def __init__(
        self, sentence: str, *, retry_after: float | None = None, trouble: Trouble = Trouble.UNEXPECTED
    ) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
        self.trouble = trouble


class GoneError(SourceError):
    """Nothing is at the address: 404, which may pass, or 410, which says that this is for good."""

    def __init__(self, sentence: str, *, status: int, retry_after: float | None = None) -> None:
        trouble = Trouble.GONE if status == HTTPStatus.GONE else Trouble.NOT_FOUND
        super().__init__(sentence, retry_after=retry_after, trouble=trouble)
        self.status = status


class StoreError(Exception):
    """The database refused or is out of reach. The text is an operator's sentence: what happened and what to do."""
