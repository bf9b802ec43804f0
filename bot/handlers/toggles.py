"""Lists of buttons to switch on and off: ✓ marks what is on, long lists are parted into pages."""

from collections.abc import Callable, Sequence

from aiogram.types import InlineKeyboardButton

from bot.i18n import Texts
from bot.services.subscriptions import Choice

MARK = "✓ "
# Telegram shows about a hundred buttons a message; nobody looks through more than a screenful.
PAGE = 30
# Two texts of this length stand side by side on a phone without being cut.
_SHORT = 15

Row = tuple[InlineKeyboardButton, ...]


def marked(text: str, *, is_on: bool) -> str:
    return f"{MARK}{text}" if is_on else text


def rubric_label(choice: Choice, texts: Texts) -> str:
    title = f"{choice.rubric.emoji} {choice.rubric.title(texts.language)}".strip()
    return marked(title, is_on=choice.is_chosen)


def paged(
    buttons: Sequence[InlineKeyboardButton], page: int, *, turn: Callable[[int], str], texts: Texts
) -> tuple[Row, ...]:
    """The rows of one page and, if there are several, a row to turn them; `turn` makes the data of a page's button."""
    last = max(0, (len(buttons) - 1) // PAGE)
    shown = min(max(page, 0), last)
    rows = _paired(buttons[shown * PAGE : (shown + 1) * PAGE])
    if last == 0:
        return rows
    back = InlineKeyboardButton(text=texts("page.previous"), callback_data=turn((shown - 1) % (last + 1)))
    forward = InlineKeyboardButton(text=texts("page.next"), callback_data=turn((shown + 1) % (last + 1)))
    where = InlineKeyboardButton(text=f"{shown + 1} / {last + 1}", callback_data=turn(shown))
    return (*rows, (back, where, forward))


def _paired(buttons: Sequence[InlineKeyboardButton]) -> tuple[Row, ...]:
    """Neighbours with short texts share a row. The mark does not count, so that a tap never moves the buttons."""
    rows: list[Row] = []
    for button in buttons:
        is_short = len(button.text.removeprefix(MARK)) <= _SHORT
        if is_short and rows and len(rows[-1]) == 1 and len(rows[-1][0].text.removeprefix(MARK)) <= _SHORT:
            rows[-1] = (*rows[-1], button)
        else:
            rows.append((button,))
    return tuple(rows)
