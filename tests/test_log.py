"""What the log shows and what it hides."""

import json
import logging
import subprocess
import sys

import pytest

from bot.log import formatter

TOKEN = "7000:sandbox-token"
SECRETS = (TOKEN, 'pass"word', "")

FORMATS = pytest.mark.parametrize("log_format", ["text", "json"])


def written(log_format: str, message: str, *arguments: object, **fields: object) -> str:
    record = logging.makeLogRecord(
        {"name": "bot.send.sender", "levelname": "INFO", "msg": message, "args": arguments, "created": 1.5, **fields}
    )
    return formatter(log_format, SECRETS).format(record)


def test_text_is_a_line_of_time_level_logger_sentence_and_fields() -> None:
    assert written("text", "Sent %s.", "it", chat_id=-1001, title="Two words") == (
        '1970-01-01T00:00:01.500Z INFO    bot.send.sender: Sent it. chat_id=-1001 title="Two words"'
    )


def test_json_is_one_object_with_the_fields_beside_the_sentence() -> None:
    assert json.loads(written("json", "Sent %s.", "it", chat_id=-1001, title="İki söz")) == {
        "time": "1970-01-01T00:00:01.500Z",
        "level": "INFO",
        "logger": "bot.send.sender",
        "message": "Sent it.",
        "chat_id": -1001,
        "title": "İki söz",
    }


@FORMATS
def test_a_line_end_in_a_foreign_text_forges_no_line(log_format: str) -> None:
    assert "\n" not in written(log_format, "Read %s.", "a\n1970-01-01 forged", title="b\nforged")


@FORMATS
@pytest.mark.parametrize(
    "leak",
    [
        pytest.param(TOKEN, id="the token itself"),
        pytest.param(f"https://api.telegram.org/bot{TOKEN}/getMe", id="an address of the Bot API"),
        pytest.param("http://127.0.0.1/bot123456:Mistyped-token/getMe", id="the address of another token"),
        pytest.param("postgresql://rubrika:pass%22word@db/rubrika", id="a password in an address"),
        pytest.param('pass"word', id="a password that JSON escapes"),
    ],
)
def test_secrets_are_hidden_wherever_they_stand(log_format: str, leak: str) -> None:
    def fails() -> None:
        raise ConnectionError(leak)

    try:
        fails()
    except ConnectionError:
        line = written(log_format, "Failed: %s", leak, address=leak, exc_info=sys.exc_info())
    assert line.count("***") == 3
    for part in ("sandbox-token", "Mistyped", "word"):
        assert part not in line


def test_the_program_logs_to_standard_error_and_leaves_out_talkative_libraries() -> None:
    program = (
        "import logging; from bot.log import configure; configure('info', 'text', ());"
        "logging.getLogger('bot').info('Heard.'); logging.getLogger('bot').debug('Too much.');"
        "logging.getLogger('aiogram.event').info('Update.'); logging.getLogger('aiogram.event').warning('Trouble.')"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603
    assert result.stdout == ""
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["Heard.", "Trouble."]
