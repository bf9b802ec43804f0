"""Chats and who is in them, as the bot may ask: getChat, getChatMember, getChatAdministrators, leaveChat."""

from collections.abc import Callable

from bot.sandbox.bot_api.chats import Chat, Status
from bot.sandbox.bot_api.errors import bad_request
from bot.sandbox.bot_api.params import Params
from bot.sandbox.bot_api.world import World


class Membership:
    def __init__(self, world: World) -> None:
        self._world = world

    def methods(self) -> dict[str, Callable[[Params], object]]:
        return {
            "getChat": self._chat,
            "getChatMember": self._member,
            "getChatAdministrators": self._administrators,
            "getChatMemberCount": self._count,
            "leaveChat": self._leave,
        }

    def _chat(self, params: Params) -> object:
        chat = self._world.chat(params)
        full = chat.answer() | {
            "accent_color_id": abs(chat.id) % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": True,
                "limited_gifts": True,
                "unique_gifts": True,
                "premium_subscription": True,
                "gifts_from_channels": True,
            },
        }
        if chat.pinned and (pinned := chat.visible(chat.pinned[-1])):
            full["pinned_message"] = self._world.answer(chat, pinned)
        return full

    def _member(self, params: Params) -> object:
        chat = self._of_administrator(params)
        user_id = params.integer("user_id")
        if user_id <= 0:
            raise bad_request("invalid user_id specified")
        if user_id == self._world.bot.id:
            return self._world.bot_member(chat)
        person = self._world.people.get(user_id)
        if person is None:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return self._world.member(chat, person)

    def _administrators(self, params: Params) -> object:
        chat = self._of_administrator(params)
        if chat.person is not None:
            raise bad_request("there are no administrators in the private chat")
        ids = [*([chat.creator_id] if chat.creator_id else []), *chat.admins]
        people = [self._world.member(chat, self._world.people[user_id]) for user_id in ids]
        is_one = chat.bot_status is Status.ADMINISTRATOR
        return [*people, self._world.bot_member(chat)] if is_one else people

    def _count(self, params: Params) -> object:
        chat = self._of_administrator(params)
        return 2 + len(chat.admins) + len(chat.members)

    def _of_administrator(self, params: Params) -> Chat:
        """Only an administrator sees who is in a channel."""
        chat = self._world.chat(params)
        if chat.is_channel and chat.bot_status is not Status.ADMINISTRATOR:
            raise bad_request("member list is inaccessible")
        return chat

    def _leave(self, params: Params) -> object:
        chat = self._world.chat(params)
        if chat.person is not None:
            raise bad_request("chat member status can't be changed in private chats")
        chat.bot_status, chat.bot_rights = Status.LEFT, {}
        self._world.changed(chat)
        return True
