"""How the log looks: plain sentences with fields, as text or JSON, UTC, and never a secret. Configured once, at start."""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from logging import Formatter, LogRecord
from urllib.parse import quote

from pythonjsonlogger.json import JsonFormatter

HIDDEN = "***"

# Whatever token stands in an address of the Bot API, ours or one that was mistyped.
_TOKEN_IN_PATH = re.compile(r"/bot\d+:[^/\s\"']+")

# These tell every update, request, job or page; their warnings are worth reading.
_TALKATIVE = ("aiogram", "aiohttp.access", "alembic", "apscheduler", "asyncio")
# These warn of every page that holds less than they hoped for; the poller says what matters.
_ANXIOUS = ("htmldate", "trafilatura")

_OWN_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def configure(level: str, log_format: str, secrets: Iterable[str]) -> None:
    """Everything from `level` on goes to standard error, as "text" or "json", with each of `secrets` hidden."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(log_format, secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    for name in _ANXIOUS:
        logging.getLogger(name).setLevel(logging.ERROR)


def formatter(log_format: str, secrets: Iterable[str]) -> Formatter:
    return _Redacting(_JsonFormatter() if log_format == "json" else _TextFormatter(), secrets)


class _Utc(Formatter):
    def formatTime(self, record: LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _TextFormatter(_Utc):
    """One line a record: time, level, logger, sentence, fields; a traceback follows on lines of its own."""

    def formatMessage(self, record: LogRecord) -> str:  # noqa: N802
        sentence = record.message.replace("\n", "\\n")
        fields = (f"{name}={_value(value)}" for name, value in vars(record).items() if name not in _OWN_ATTRIBUTES)
        return " ".join([f"{self.formatTime(record)} {record.levelname:<7} {record.name}: {sentence}", *fields])


class _JsonFormatter(_Utc, JsonFormatter):
    """One JSON object a record, the fields beside the sentence."""

    def __init__(self) -> None:
        super().__init__(
            ["asctime", "levelname", "name", "message"],
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            json_ensure_ascii=False,
        )


class _Redacting(Formatter):
    """Another formatter's line with the secrets hidden: in sentences, fields, addresses and tracebacks alike."""

    def __init__(self, inner: Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        forms = {
            form for secret in secrets if secret for form in (secret, json.dumps(secret)[1:-1], quote(secret, safe=""))
        }
        # The longest first, so that a secret within another leaves no rest behind.
        self._secrets = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))) if forms else None

    def format(self, record: LogRecord) -> str:
        line = _TOKEN_IN_PATH.sub(f"/bot{HIDDEN}", self._inner.format(record))
        return self._secrets.sub(HIDDEN, line) if self._secrets else line


def _value(value: object) -> str:
    text = str(value)
    return text if re.fullmatch(r"[^\s\"=]+", text) else json.dumps(text, ensure_ascii=False)
