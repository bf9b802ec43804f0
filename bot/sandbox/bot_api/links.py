"""An address as people write it → as Telegram keeps it, or nothing where Telegram sees no link."""

import re

_LINK = re.compile(r"(?:(https?)://)?([^/?#@\s]*@)?([^/?#:@\s]+)(:\d+)?([/?#]\S*)?", re.IGNORECASE)
_APP_LINK = re.compile(r"(?:tg|ton|tonsite)://\S+", re.IGNORECASE)


def checked_link(url: str) -> str:
    """The address as Telegram keeps it; empty when it is none: no dot in the host, a foreign scheme, blanks."""
    url = url.strip()
    if _APP_LINK.fullmatch(url):
        return url
    link = _LINK.fullmatch(url)
    if link is None:
        return ""
    scheme, account, host, port, rest = link.groups()
    if "." not in host or host.startswith(".") or ".." in host or not host.rstrip(".").rpartition(".")[2]:
        return ""
    rest = rest or "/"
    return f"{(scheme or 'http').lower()}://{account or ''}{host.lower()}{port or ''}{rest if rest[0] == '/' else '/' + rest}"
