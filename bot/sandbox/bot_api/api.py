"""The Bot API as one object: a method's name and parameters in, its result out, or a refusal."""

from collections.abc import Callable, Mapping

from bot.clock import Clock
from bot.sandbox.bot_api.albums import Albums
from bot.sandbox.bot_api.chats import Chat, Message
from bot.sandbox.bot_api.errors import RefusedError
from bot.sandbox.bot_api.faults import Faults
from bot.sandbox.bot_api.forums import ForumMethods, Forums
from bot.sandbox.bot_api.groups import Groups
from bot.sandbox.bot_api.journal import Journal
from bot.sandbox.bot_api.limits import Limits
from bot.sandbox.bot_api.membership import Membership
from bot.sandbox.bot_api.params import Params
from bot.sandbox.bot_api.people import People
from bot.sandbox.bot_api.profile import Profile
from bot.sandbox.bot_api.sending import Sending
from bot.sandbox.bot_api.world import World

SHOWN_MESSAGES = 200


class BotApi:
    def __init__(self, clock: Clock, *, enforce_limits: bool = False, with_welcome_right: bool = True) -> None:
        self.world = World(
            clock=clock, limits=Limits() if enforce_limits else None, with_welcome_right=with_welcome_right
        )
        self.people = People(self.world)
        self.groups = Groups(self.world)
        self.forums = Forums(self.world)
        self.sending = Sending(self.world)
        self.profile = Profile(self.world)
        self.journal = Journal()
        self.faults = Faults()
        self.token = self.world.bot.token
        updates = self.world.updates
        methods: dict[str, Callable[[Params], object]] = {
            **self.sending.methods(),
            **Albums(self.world, self.sending).methods(),
            **Membership(self.world).methods(),
            **self.profile.methods(),
            **ForumMethods(self.world).methods(),
            "answerCallbackQuery": self.people.answer,
            "setWebhook": updates.set_webhook,
            "deleteWebhook": updates.delete_webhook,
            "getWebhookInfo": updates.webhook_info,
        }
        self._methods = {name.lower(): method for name, method in methods.items()}

    async def call(self, name: str, given: Mapping[str, object]) -> object:
        method = self._methods.get(name.lower())
        if method is not None:
            return method(Params(given))
        if name.lower() == "getupdates":
            return await self.world.updates.poll(Params(given))
        raise RefusedError(404, "Not Found: method not found")

    def state(self) -> dict[str, object]:
        """Everything the page shows; the crowd is left out."""
        world = self.world
        return {
            "version": world.changes.version,
            "now": world.clock.now().isoformat(),
            "bot": {
                "id": world.bot.id,
                "username": world.bot.username,
                "name": world.bot.name,
                "description": self.profile.text("description", ""),
                "short_description": self.profile.text("short_description", ""),
            },
            "people": [
                {
                    "id": person.id,
                    "name": person.name,
                    "username": person.username,
                    "language": person.language,
                    "blocked_bot": person.has_blocked_bot,
                }
                for person in world.people.values()
                if not person.in_crowd
            ],
            "chats": [self.chat_state(chat) for chat in world.chats.values() if not chat.in_crowd],
            "calls": {
                "total": self.journal.total,
                "by_method": dict(self.journal.by_method),
                "refused": self.journal.refused,
            },
        }

    def chat_state(self, chat: Chat, newest: int = SHOWN_MESSAGES) -> dict[str, object]:
        admins = [{"user_id": chat.creator_id, "rights": {}}] if chat.creator_id else []
        admins += [{"user_id": user_id, "rights": rights} for user_id, rights in chat.admins.items()]
        return {
            "id": chat.id,
            "type": chat.kind,
            "title": chat.title,
            "person_id": chat.person.id if chat.person else None,
            "admins": admins,
            "bot_status": chat.bot_status.value,
            "bot_rights": chat.bot_rights,
            "is_forum": chat.is_forum,
            "general_is_closed": chat.general_is_closed,
            "topics": [
                {"id": topic.id, "name": topic.name, "closed": topic.is_closed} for topic in chat.topics.values()
            ],
            "pinned_message_id": chat.pinned[-1] if chat.pinned else None,
            "pinned_message_ids": chat.pinned,
            "messages": [
                message.shown(self._sender_name(chat, message)) for message in list(chat.messages.values())[-newest:]
            ],
            "commands": self.profile.commands_for(chat.person) if chat.person else [],
            "toasts": [
                {"id": toast.id, "user_id": toast.user_id, "text": toast.text, "alert": toast.alert}
                for toast in chat.toasts
            ],
        }

    def _sender_name(self, chat: Chat, message: Message) -> str:
        if chat.is_channel:
            return chat.title
        return message.author.name if message.author else self.world.bot.name
