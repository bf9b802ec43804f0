"""What an operator reads when a variable is wrong, and where values come from."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsMistakes, load

TOKEN = "7000:sandbox-token"


@pytest.fixture(autouse=True)
def only_the_token_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)


def mistakes(env_file: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsMistakes) as refused:
        load(env_file)
    return refused.value.sentences


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("BOT_TOKEN", "", "BOT_TOKEN is not set. Get a token from @BotFather and put it into .env."),
        ("BOT_TOKEN", "hunter2", "BOT_TOKEN looks like 123456789:AA…, as @BotFather gives it."),
        (
            "OWNER_IDS",
            "1005 1006",
            "OWNER_IDS is a list of Telegram user ids with commas between, like 1005,1006 (now '1005 1006').",
        ),
        ("TIMEZONE", "Mars", "TIMEZONE is the name of a time zone, like Asia/Baku (now 'Mars')."),
        ("TIMEZONE", "Europe", "TIMEZONE is the name of a time zone, like Asia/Baku (now 'Europe')."),
        ("TIMEZONE", "../passwd", "TIMEZONE is the name of a time zone, like Asia/Baku (now '../passwd')."),
        ("DEFAULT_LANGUAGE", "de", "DEFAULT_LANGUAGE is wrong: input should be 'ru', 'az' or 'en' (now 'de')."),
        (
            "TELEGRAM_API_URL",
            "api.example.org",
            "TELEGRAM_API_URL is a whole address that starts with https:// (now 'api.example.org').",
        ),
        (
            "TELEGRAM_API_URL",
            "http://[",
            "TELEGRAM_API_URL is a whole address that starts with https:// (now 'http://[').",
        ),
        (
            "TELEGRAM_API_URL",
            "http://api:port",
            "TELEGRAM_API_URL is a whole address that starts with https:// (now 'http://api:port').",
        ),
        (
            "BROADCAST_RATE",
            "fast",
            "BROADCAST_RATE is wrong: input should be a valid number, unable to parse string as a number (now 'fast').",
        ),
        ("BROADCAST_RATE", "0", "BROADCAST_RATE is wrong: input should be greater than 0 (now '0')."),
        (
            "BROADCAST_RATE",
            "nan",
            "BROADCAST_RATE is wrong: input should be less than or equal to 1000 (now 'nan').",
        ),
        (
            "PAID_BROADCAST",
            "maybe",
            "PAID_BROADCAST is wrong: input should be a valid boolean, unable to interpret input (now 'maybe').",
        ),
        ("WEBHOOK_URL", "ftp://x", "WEBHOOK_URL is a whole address that starts with https:// (now 'ftp://x')."),
        ("WEBHOOK_SECRET", "hunter 2", "WEBHOOK_SECRET has up to 256 characters of A-Z, a-z, 0-9, _ and -."),
        (
            "PUBLISH_TOKEN",
            "too-short-token",
            "PUBLISH_TOKEN has at least 16 characters of A-Z, a-z, 0-9 and . _ ~ + / = -.",
        ),
        (
            "PUBLISH_TOKEN",
            "long enough, with blanks",
            "PUBLISH_TOKEN has at least 16 characters of A-Z, a-z, 0-9 and . _ ~ + / = -.",
        ),
        ("HTTP_PORT", "70000", "HTTP_PORT is wrong: input should be less than or equal to 65535 (now '70000')."),
        (
            "ALLOW_PRIVATE_SOURCES",
            "2",
            "ALLOW_PRIVATE_SOURCES is wrong: input should be a valid boolean, unable to interpret input (now '2').",
        ),
        (
            "LOG_LEVEL",
            "LOUD",
            "LOG_LEVEL is wrong: input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR' (now 'LOUD').",
        ),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is wrong: input should be 'text' or 'json' (now 'xml')."),
        ("RETENTION_DAYS", "2", "RETENTION_DAYS is wrong: input should be greater than or equal to 3 (now '2')."),
    ],
)
def test_a_bad_value_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)

    assert mistakes() == (sentence,)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("mysql://rubrika:hunter2@db/rubrika", id="another database"),
        pytest.param("postgresql://rubrika:hunter2@db/rubrika", id="no driver named"),
        pytest.param("postgresql+asyncpg:rubrika", id="no slashes"),
        pytest.param("sqlite+aiosqlite://data/rubrika.db", id="two slashes before a file"),
        pytest.param("sqlite+aiosqlite:///", id="no file"),
        pytest.param("sqlite+aiosqlite:///:memory:", id="memory"),
    ],
)
def test_a_database_that_cannot_be_is_named_without_the_password_in_it(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", value)

    assert mistakes() == ("DATABASE_URL is sqlite+aiosqlite:/// and a file, or starts with postgresql+asyncpg://.",)


@pytest.mark.parametrize("variable", ["TELEGRAM_API_URL", "WEBHOOK_URL"])
def test_a_password_in_an_address_is_not_shown(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "https://rubrika:hunter2@:443")

    assert mistakes() == (f"{variable} is a whole address that starts with https://.",)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"WEBHOOK_URL": "https://example.org"}, "WEBHOOK_SECRET is required when WEBHOOK_URL is set."),
        ({"BROADCAST_RATE": "31"}, "BROADCAST_RATE above 30 needs PAID_BROADCAST=true."),
    ],
)
def test_values_that_contradict_each_other_are_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], sentence: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert mistakes() == (sentence,)


def test_every_mistake_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"BOT_TOKEN": "hunter2", "OWNER_IDS": "olga", "TIMEZONE": "Mars", "HTTP_PORT": "-1", "LOG_FORMAT": "xml"}
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)

    sentences = mistakes()

    assert [sentence.split()[0] for sentence in sentences] == list(wrong)
    assert "hunter2" not in str(sentences)


def test_every_contradiction_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://example.org")
    monkeypatch.setenv("BROADCAST_RATE", "100")

    assert [sentence.split()[0] for sentence in mistakes()] == ["WEBHOOK_SECRET", "BROADCAST_RATE"]


def test_the_environment_wins_over_the_file_and_an_empty_value_means_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = tmp_path / ".env"
    written.write_text("HTTP_PORT=9000\nLOG_LEVEL=debug\nTIMEZONE=\nOWNER_IDS= 1005, 1006,\n", encoding="utf-8")
    monkeypatch.setenv("HTTP_PORT", "9001")
    monkeypatch.setenv("LOG_LEVEL", "")

    settings = load(written)

    assert (settings.http_port, settings.log_level, settings.timezone) == (9001, "DEBUG", "Asia/Baku")
    assert settings.owner_ids == (1005, 1006)


def test_without_a_file_the_environment_is_enough(tmp_path: Path) -> None:
    assert load(tmp_path / ".env").bot_token.get_secret_value() == TOKEN


def test_a_file_that_begins_with_a_byte_order_mark_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    written = tmp_path / ".env"
    written.write_text(f"BOT_TOKEN={TOKEN}\n", encoding="utf-8-sig")

    assert load(written).bot_token.get_secret_value() == TOKEN


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path, encoding: str) -> None:
    written = tmp_path / ".env"
    written.write_text("# Токен\nHTTP_PORT=9000\n", encoding=encoding)

    assert mistakes(written) == (f"{written} is not a UTF-8 text: save it again as UTF-8.",)


def test_an_address_is_taken_with_or_without_a_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081/")

    assert load(None).telegram_api_url == "http://127.0.0.1:8081"


def test_secrets_are_not_shown_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "hunter2")
    monkeypatch.setenv("PUBLISH_TOKEN", "hunter3-hunter3-hunter3")

    shown = repr(load(None))

    assert not any(secret in shown for secret in (TOKEN, "hunter2", "hunter3"))
