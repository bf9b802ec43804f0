"""The environment and .env → one frozen Settings, or every mistake at once, each by its variable."""

import importlib.util
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

FREE_RATE = 30
PAID_RATE = 1000

# A mistake in these is told without the value; so it is in an address that holds a password.
_HIDDEN = frozenset({"BOT_TOKEN", "DATABASE_URL", "PUBLISH_TOKEN", "WEBHOOK_SECRET"})


class SettingsMistakes(Exception):  # noqa: N818, it holds many
    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(BaseSettings):
    """One field a variable of the same name in upper case; .env.example tells what each means."""

    model_config = SettingsConfigDict(frozen=True, env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    bot_token: SecretStr
    owner_ids: Annotated[tuple[int, ...], NoDecode] = ()
    database_url: str = "sqlite+aiosqlite:///data/rubrika.db"
    newsroom_file: Path = Path("newsroom.toml")
    timezone: str = "Asia/Baku"
    default_language: Literal["ru", "az", "en"] = "ru"
    telegram_api_url: str = "https://api.telegram.org"
    broadcast_rate: float = Field(default=FREE_RATE, gt=0, le=PAID_RATE)
    paid_broadcast: bool = False
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    publish_token: SecretStr = SecretStr("")
    allow_private_sources: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    retention_days: int = Field(default=90, ge=3)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @field_validator("bot_token")
    @classmethod
    def _token_has_its_form(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]{8,}", value.get_secret_value()):
            raise ValueError("looks like 123456789:AA…, as @BotFather gives it")
        return value

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _ids_are_numbers(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(re.fullmatch(r"\d{1,16}", part) for part in parts):
            raise ValueError("is a list of Telegram user ids with commas between, like 1005,1006")
        return tuple(int(part) for part in parts)

    @field_validator("database_url")
    @classmethod
    def _database_is_one_we_know(cls, value: str) -> str:
        if not re.match(r"sqlite\+aiosqlite:///(?!:memory:).|postgresql\+asyncpg://", value):
            raise ValueError("is sqlite+aiosqlite:/// and a file, or starts with postgresql+asyncpg://")
        if value.startswith("postgresql") and importlib.util.find_spec("asyncpg") is None:
            raise ValueError("needs the PostgreSQL driver: pip install 'rubrika[postgres]'")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("is the name of a time zone, like Asia/Baku") from error
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level_in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("telegram_api_url", "webhook_url")
    @classmethod
    def _address_is_whole(cls, value: str) -> str:
        if value and not _is_whole(value):
            raise ValueError("is a whole address that starts with https://")
        return value.rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_one_telegram_takes(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value.get_secret_value()):
            raise ValueError("has up to 256 characters of A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("publish_token")
    @classmethod
    def _token_cannot_be_guessed(cls, value: SecretStr) -> SecretStr:
        # The characters of a bearer token (RFC 6750 §2.1).
        if not re.fullmatch(r"([A-Za-z0-9._~+/=-]{16,})?", value.get_secret_value()):
            raise ValueError("has at least 16 characters of A-Z, a-z, 0-9 and . _ ~ + / = -")
        return value


def load(env_file: Path | None = Path(".env"), **given: Any) -> Settings:
    """Read the environment and `env_file`; `given` wins over both. Raises SettingsMistakes."""
    try:
        settings = Settings(_env_file=env_file, **given)
    except ValidationError as error:
        raise SettingsMistakes(tuple(_sentence(each) for each in error.errors())) from None
    except UnicodeDecodeError as error:
        raise SettingsMistakes((f"{env_file} is not a UTF-8 text: save it again as UTF-8.",)) from error
    except OSError as error:
        raise SettingsMistakes((f"{env_file} cannot be read: {error.strerror}.",)) from error
    if mistakes := _contradictions(settings):
        raise SettingsMistakes(mistakes)
    return settings


def _is_whole(address: str) -> bool:
    try:
        parts = urlsplit(address)
        # A port that is no number is noticed here only.
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _contradictions(settings: Settings) -> tuple[str, ...]:
    mistakes = []
    if settings.webhook_url and not settings.webhook_secret.get_secret_value():
        mistakes.append("WEBHOOK_SECRET is required when WEBHOOK_URL is set.")
    if settings.broadcast_rate > FREE_RATE and not settings.paid_broadcast:
        mistakes.append(f"BROADCAST_RATE above {FREE_RATE} needs PAID_BROADCAST=true.")
    return tuple(mistakes)


def _sentence(error: Any) -> str:
    variable = "_".join(str(part) for part in error["loc"][:1]).upper()
    if error["type"] == "missing":
        return f"{variable} is not set. Get a token from @BotFather and put it into .env."
    given = repr(error["input"])
    shown = "" if variable in _HIDDEN or "@" in given else f" (now {given})"
    reason = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] != "value_error":
        reason = f"is wrong: {reason[0].lower()}{reason[1:]}"
    return f"{variable} {reason}{shown}."
