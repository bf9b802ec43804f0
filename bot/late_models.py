"""Telegram's types are prepared when they are first used, not all at the import: a start takes a fifth of the processor time.

aiogram defines its types so that pydantic need not prepare them before they are used, and then has all 440 prepared at the
end of `aiogram.types`, since most name each other. Here that end only leaves the names; whichever type is used first is
prepared with them then, a tenth of a second for the largest. Were aiogram to do it another way, nothing would change for it.
"""

from typing import Any

from pydantic import BaseModel

_prepare = BaseModel.model_rebuild.__func__  # type: ignore[attr-defined]
_names: dict[str, Any] = {}


def _prepare_late(
    model: type[BaseModel],
    *,
    force: bool = False,
    raise_errors: bool = True,
    _parent_namespace_depth: int = 2,
    _types_namespace: dict[str, Any] | None = None,
) -> bool | None:
    if model.__module__.startswith("aiogram."):
        if _types_namespace is not None and model.model_config.get("defer_build"):
            _names.update(_types_namespace)
            return None
        _types_namespace = _types_namespace or _names or None
    prepared: bool | None = _prepare(
        model,
        force=force,
        raise_errors=raise_errors,
        # One more than without us in between.
        _parent_namespace_depth=_parent_namespace_depth + 1,
        _types_namespace=_types_namespace,
    )
    return prepared


def prepare_late() -> None:
    """Before aiogram is imported."""
    BaseModel.model_rebuild = classmethod(_prepare_late)  # type: ignore[method-assign,assignment]
