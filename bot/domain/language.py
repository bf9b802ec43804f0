"""The languages people read us in."""

from enum import StrEnum


class Language(StrEnum):
    RU = "ru"
    AZ = "az"
    EN = "en"

    @classmethod
    def from_code(cls, code: str | None, fallback: "Language") -> "Language":
        """The language of an IETF tag such as Telegram's `language_code` ("en-GB"), or `fallback`."""
        primary = (code or "").split("-")[0].split("_")[0].lower()
        return next((language for language in cls if language == primary), fallback)
