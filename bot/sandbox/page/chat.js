// One chat as a column: who it is, its messages, and below them what a person can do there.

import { arrange, avatar, formatted, h, icon } from "./dom.js";
import { post } from "./link.js";
import { messageNode, withAlbums } from "./message.js";

const SHOWN_MESSAGES = 300;
const NEAR_THE_END = 48;
const TOAST_TIME = 3500;
const RIGHTS = {
  channel: [
    ["can_post_messages", "Post messages"],
    ["can_edit_messages", "Edit messages"],
    ["can_delete_messages", "Delete messages"],
    ["can_invite_users", "Invite subscribers"],
    ["can_change_info", "Change info"],
    ["can_pin_messages", "Pin messages"],
  ],
  group: [
    ["can_delete_messages", "Delete messages"],
    ["can_pin_messages", "Pin messages"],
    ["can_manage_topics", "Manage topics"],
    ["can_invite_users", "Invite members"],
    ["can_change_info", "Change info"],
  ],
};
// Ticked only by who wants them.
const RARE_RIGHTS = ["can_pin_messages", "can_manage_topics"];
const LANGUAGES = { ru: "Русский", az: "Azərbaycanca", en: "English" };

export class ChatColumn {
  #rendered = new Map();
  #days = new Map();
  #signature = "";
  #manageSignature = "";
  #tabsSignature = "";
  // Of a forum, the topic that is open; null: General.
  #topic = null;
  #stuck = true;
  #missed = 0;
  #top = 0;
  #toastsSeen = null;
  #reader = null;
  #options = [];
  #chosen = -1;

  /** `page`: attempt(promise), now(), openChat(id), state(). */
  constructor(chat, page) {
    this.page = page;
    this.id = chat.id;
    // Groups have administrators and readers as channels do.
    this.isChannel = chat.type !== "private";
    this.isGroup = chat.type.endsWith("group");
    this.#build(chat);
  }

  #build(chat) {
    const titleId = `chat-${chat.id}`;
    this.face = h("span", { class: "face" });
    this.title = h("h2", { id: titleId });
    this.subtitle = h("p");
    this.more = h("button", { type: "button", class: "icon-button", "aria-expanded": "false", "aria-controls": `manage-${chat.id}`, title: this.isChannel ? "Administrators and the bot's rights" : "What this person can do", "aria-label": this.isChannel ? "Manage the channel" : "More actions" }, icon("more"));
    this.manage = h("div", { class: "manage", id: `manage-${chat.id}`, hidden: true });
    this.more.addEventListener("click", () => this.#toggleManage());
    this.pin = h("button", { type: "button", class: "pin", hidden: true, onclick: () => this.#showPinned() });
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Topics", hidden: true });
    this.list = h("div", { class: "list" });
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", "aria-labelledby": titleId }, this.list);
    this.toEnd = h("button", { type: "button", class: "to-end", hidden: true, "aria-label": "To the newest message", onclick: () => this.#scrollToEnd(true) }, h("span"), icon("down"));
    this.toasts = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
    this.footer = h("footer", { class: "foot" });
    this.element = h(
      "section",
      { class: `column chat ${this.isChannel ? "channel" : "private"}`, "data-key": chat.id, "aria-labelledby": titleId },
      h("header", { class: "column-head" }, this.face, h("div", { class: "column-name" }, this.title, this.subtitle), this.more),
      this.manage,
      this.tabs,
      this.pin,
      h("div", { class: "log-frame" }, this.log, this.toEnd, this.toasts),
      this.footer,
    );
    this.log.addEventListener("scroll", () => {
      this.#top = this.log.scrollTop;
      this.#stuck = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_THE_END;
      if (this.#stuck) this.#missed = 0;
      this.#showToEnd();
    }, { passive: true });
    // Pictures and previews arrive late: whoever stood at the end stays there.
    const follow = new ResizeObserver(() => this.#stuck && this.#scrollToEnd());
    follow.observe(this.list);
    follow.observe(this.log);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.manage.hidden) this.#toggleManage();
    });
    if (this.isChannel) this.#buildReader();
    else this.#buildComposer();
  }

  update(state, chat) {
    this.chat = chat;
    const person = state.people.find((each) => each.id === chat.person_id);
    this.person = person;
    const name = person?.name ?? chat.title;
    if (this.title.textContent !== name) {
      this.title.textContent = name;
      this.face.replaceChildren(avatar(name, chat.id));
    }
    this.subtitle.textContent = this.#describe(chat, state, person);
    this.#updateManage(state);
    this.#updateTabs(chat);
    this.#updateMessages(chat, state);
    this.#updatePin(chat);
    if (this.isChannel) this.#updateReader(state);
    else this.#updateComposer(person);
    this.#updateToasts(chat);
  }

  /** Out of the document an element forgets how far it was scrolled. */
  shown() {
    if (this.#stuck) this.#scrollToEnd();
    else this.log.scrollTop = this.#top;
  }

  #describe(chat, state, person) {
    if (person) return person.blocked_bot ? `has blocked @${state.bot.username}` : `with @${state.bot.username} · ${LANGUAGES[person.language] ?? person.language}`;
    const bot = { administrator: "the bot is administrator", kicked: "the bot was removed", left: "without the bot" }[chat.bot_status] ?? "without the bot";
    const member = this.isGroup && chat.bot_status === "member" ? "the bot is a member" : bot;
    return `${this.isGroup ? (chat.is_forum ? "group with topics" : "group") : "channel"} · ${member}`;
  }

  // Messages

  #updateMessages(chat, state) {
    const messages = this.#shownMessages(chat);
    const signature = JSON.stringify([messages, state.bot.description, this.#readerId(), state.news.map((article) => [article.path, article.revision])]);
    if (signature === this.#signature) return;
    const first = this.#signature === "";
    this.#signature = signature;
    const context = this.#context(state);
    const nodes = [];
    const kept = new Map();
    let day = null;
    for (const message of withAlbums(messages.slice(-SHOWN_MESSAGES))) {
      const itsDay = formatted(message.date, { day: "numeric", month: "long", year: "numeric" });
      if (itsDay !== day) nodes.push(this.#dayNode(itsDay));
      day = itsDay;
      const article = state.news.find((each) => each.url === message.preview?.url);
      const own = JSON.stringify([message, context.language, article?.revision]);
      const before = this.#rendered.get(message.message_id);
      let node = before?.node;
      if (before?.own !== own) {
        node = messageNode(message, context);
        if (before) this.#replace(before.node, node);
        else if (!first) {
          node.classList.add("new");
          if (!this.#stuck && message.from !== "user") this.#missed += 1;
          if (message.from === "user") this.#stuck = true;
        }
      }
      kept.set(message.message_id, { own, node });
      nodes.push(node);
    }
    this.#rendered = kept;
    if (nodes.length === 0) nodes.push(this.#emptyNode(state));
    arrange(this.list, nodes);
    if (this.#stuck) this.#scrollToEnd();
    this.#showToEnd();
  }

  #shownMessages(chat) {
    return chat.is_forum ? chat.messages.filter((message) => message.topic === this.#topic) : chat.messages;
  }

  // The topics of a forum

  #updateTabs(chat) {
    const topics = chat.is_forum ? chat.topics : [];
    if (!topics.some((topic) => topic.id === this.#topic)) this.#topic = null;
    const signature = JSON.stringify([chat.is_forum, topics, chat.general_is_closed, this.#topic]);
    if (signature === this.#tabsSignature) return;
    this.#tabsSignature = signature;
    this.tabs.hidden = !chat.is_forum;
    const general = { id: null, name: "General", closed: chat.general_is_closed };
    this.tabs.replaceChildren(...[general, ...topics].map((topic) => this.#tab(topic)));
  }

  #tab(topic) {
    const isOpen = topic.id === this.#topic;
    const open = () => {
      this.#topic = topic.id;
      this.#stuck = true;
      this.#missed = 0;
      this.page.refresh();
    };
    return h("button", { type: "button", class: "tab", role: "tab", "aria-selected": String(isOpen), onclick: open }, topic.closed ? `🔒 ${topic.name}` : topic.name);
  }

  /** An edited message keeps the focus on the button that was pressed. */
  #replace(before, node) {
    const keys = [...before.querySelectorAll(".key")];
    const at = keys.indexOf(document.activeElement);
    before.replaceWith(node);
    if (at >= 0) node.querySelectorAll(".key")[Math.min(at, node.querySelectorAll(".key").length - 1)]?.focus({ preventScroll: true });
  }

  #dayNode(text) {
    if (!this.#days.has(text)) this.#days.set(text, h("p", { class: "day" }, h("span", {}, text)));
    return this.#days.get(text);
  }

  /** Before the first message Telegram shows what the bot says of itself. */
  #emptyNode(state) {
    this.empty ??= h("div", { class: "empty" });
    const description = this.isChannel ? "" : state.bot.description;
    this.empty.replaceChildren(
      ...(description ? [h("p", { class: "about" }, description)] : []),
      h("p", {}, this.isChannel ? "No posts yet." : `${this.title.textContent} has not opened the bot yet.`),
    );
    return this.empty;
  }

  #context(state) {
    const reader = state.people.find((each) => each.id === this.#readerId());
    return {
      news: state.news,
      language: reader?.language ?? "en",
      now: this.page.now,
      onCommand: this.isChannel ? null : (text) => this.#say(text),
      onKey: (key, node) => this.#reply(key, node, state),
      onLink: (url) => this.#openOwnLink(url, state),
      onTap: (message, button) => this.#tap(message, button),
    };
  }

  async #tap(message, button) {
    const result = await this.page.attempt(
      post("tap", { user_id: this.#readerId(), chat_id: this.id, message_id: message.message_id, callback_data: button.callback_data }),
    );
    if (result && result.answer === null) this.#toast("The bot has not answered.");
  }

  /** A key of the bot's keyboard: says its text, or gives way to the chats that Telegram would offer. */
  #reply(key, node, state) {
    if (!key.asks) return this.#say(key.text);
    const user = this.#readerId();
    const isOne = (chat) => (key.asks === "channel" ? chat.type === "channel" : chat.type.endsWith("group"));
    const offered = state.chats.filter((chat) => isOne(chat) && chat.admins[0]?.user_id === user);
    if (offered.length === 0) return this.#toast(`No ${key.asks} of one's own to choose.`);
    const share = (chat) => this.page.attempt(post("share", { user_id: user, key: key.text, chat_id: chat.id }));
    node.replaceWith(...offered.map((chat) => h("button", { type: "button", class: "key", onclick: () => share(chat) }, chat.title)));
  }

  /** "https://t.me/<our bot>?start=…" opens the chat with the bot, as it would in Telegram. */
  #openOwnLink(address, state) {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url?.hostname !== "t.me" || url.pathname.slice(1).toLowerCase() !== state.bot.username.toLowerCase()) return false;
    if (url.searchParams.has("startchannel") || url.searchParams.has("startgroup")) {
      this.#toast("Make a channel with “New channel”, then add the bot in its menu.");
      return true;
    }
    const user = this.#readerId();
    this.page.attempt(post("open_link", { user_id: user, payload: url.searchParams.get("start") ?? "" }));
    this.page.openChat(user);
    return true;
  }

  #scrollToEnd(smooth = false) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: smooth && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "instant" });
  }

  #showToEnd() {
    this.toEnd.hidden = this.#stuck;
    this.toEnd.firstChild.textContent = this.#missed || "";
  }

  #updatePin(chat) {
    const pinned = this.#shownMessages(chat).findLast((message) => chat.pinned_message_ids?.includes(message.message_id) && !message.deleted);
    this.pinned = pinned;
    this.pin.hidden = !pinned;
    if (pinned) this.pin.replaceChildren(icon("pin"), h("span", {}, pinned.text.split("\n")[0]));
  }

  #showPinned() {
    this.#rendered.get(this.pinned?.message_id)?.node.scrollIntoView({ block: "center" });
  }

  // Toasts: what the bot answers to a tap

  #updateToasts(chat) {
    const toasts = chat.toasts ?? [];
    if (this.#toastsSeen) {
      for (const toast of toasts) {
        if (this.#toastsSeen.has(toast.id) || !toast.text) continue;
        if (toast.alert) this.page.alert(toast.text);
        else this.#toast(toast.text);
      }
    }
    this.#toastsSeen = new Set(toasts.map((toast) => toast.id));
  }

  #toast(text) {
    const toast = h("p", { class: "toast" }, text);
    this.toasts.replaceChildren(toast);
    setTimeout(() => toast.remove(), TOAST_TIME);
  }

  // A private chat: the line to write in

  #buildComposer() {
    const listId = `commands-${this.id}`;
    this.menu = h("ul", { class: "commands", id: listId, role: "listbox", "aria-label": "Commands", hidden: true });
    this.slash = h("button", { type: "button", class: "icon-button", title: "Commands", "aria-label": "Show the commands", "aria-expanded": "false", "aria-controls": listId }, icon("slash"));
    this.input = h("textarea", { rows: 1, maxlength: 4096, placeholder: "Message", "aria-label": "Message to the bot", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId, enterkeyhint: "send" });
    this.sendButton = h("button", { class: "icon-button send", title: "Send", "aria-label": "Send" }, icon("send"));
    this.composer = h("form", { class: "composer" }, this.slash, this.input, this.sendButton);
    this.start = h("button", { type: "button", class: "start", onclick: () => this.#say("/start") }, "Start");
    this.unblock = h("button", { type: "button", class: "start", onclick: () => this.#block(false) }, "Unblock the bot");
    this.footer.append(this.menu, this.composer, this.start, this.unblock);
    this.slash.addEventListener("click", () => {
      if (this.menu.hidden) this.#showCommands("/");
      else this.#hideCommands();
      this.input.focus();
    });
    this.composer.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#sendWritten();
    });
    this.input.addEventListener("input", () => (/^\/\w*$/.test(this.input.value) ? this.#showCommands(this.input.value) : this.#hideCommands()));
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusout", (event) => {
      if (!this.footer.contains(event.relatedTarget)) this.#hideCommands();
    });
  }

  #updateComposer(person) {
    const opened = this.chat.messages.length > 0;
    const blocked = person?.blocked_bot ?? false;
    this.composer.hidden = blocked || !opened;
    this.start.hidden = blocked || opened;
    this.unblock.hidden = !blocked;
    this.slash.hidden = !this.chat.commands?.length;
  }

  #showCommands(typed) {
    const found = (this.chat.commands ?? []).filter((each) => `/${each.command}`.startsWith(typed.toLowerCase()));
    if (found.length === 0) return this.#hideCommands();
    this.#chosen = -1;
    this.#options = found.map((each, index) =>
      h(
        "li",
        { role: "option", id: `${this.menu.id}-${index}`, "aria-selected": "false", onpointerdown: (event) => event.preventDefault(), onclick: () => this.#choose(each.command) },
        h("b", {}, `/${each.command}`),
        h("span", {}, each.description),
      ),
    );
    this.menu.replaceChildren(...this.#options);
    this.menu.hidden = false;
    this.slash.ariaExpanded = this.input.ariaExpanded = "true";
  }

  #hideCommands() {
    this.menu.hidden = true;
    this.#options = [];
    this.#chosen = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.slash.ariaExpanded = this.input.ariaExpanded = "false";
  }

  #choose(command) {
    this.input.value = "";
    this.#hideCommands();
    this.#say(`/${command}`);
  }

  #key(event) {
    if (event.isComposing) return;
    const open = !this.menu.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#chosen = this.#chosen < 0 && step < 0 ? this.#options.length - 1 : (this.#chosen + step + this.#options.length) % this.#options.length;
      this.#options.forEach((option, index) => (option.ariaSelected = String(index === this.#chosen)));
      this.input.setAttribute("aria-activedescendant", this.#options[this.#chosen].id);
      this.#options[this.#chosen].scrollIntoView({ block: "nearest" });
    } else if (open && event.key === "Escape") {
      event.stopPropagation();
      this.#hideCommands();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (open && this.#chosen >= 0) this.#options[this.#chosen].click();
      else this.#sendWritten();
    }
  }

  #sendWritten() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.#hideCommands();
    this.#say(text);
  }

  async #say(text) {
    this.#stuck = true;
    await this.page.attempt(post("say", { user_id: this.id, text }), () => {
      this.input.value ||= text; // Nothing that was written is lost.
    });
    if (!this.composer.hidden) this.input.focus({ preventScroll: true });
  }

  #block(blocked) {
    return this.page.attempt(post("block", { user_id: this.id, blocked }));
  }

  // A channel: whose eyes we look through

  #buildReader() {
    this.readerSelect = h("select", { "aria-label": "Person who reads and taps here" });
    this.readerSelect.addEventListener("change", () => {
      this.#reader = Number(this.readerSelect.value);
      this.page.refresh();
    });
    this.footer.append(h("label", { class: "reader" }, "Reading as ", this.readerSelect));
    if (this.isGroup) this.footer.prepend(this.#groupComposer());
  }

  /** Writes as whoever reads, in the topic that is open. */
  #groupComposer() {
    const input = h("input", { name: "text", placeholder: "Message", "aria-label": "Message to the group", autocomplete: "off", maxlength: 4096 });
    const form = h("form", { class: "composer" }, input, h("button", { class: "icon-button send", title: "Send", "aria-label": "Send" }, icon("send")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (!text) return;
      const sent = { user_id: this.#readerId(), chat_id: this.id, text, topic: this.#topic };
      if (await this.page.attempt(post("group_message", sent))) input.value = "";
    });
    return form;
  }

  #updateReader(state) {
    if (this.readerSelect.options.length !== state.people.length) {
      this.readerSelect.replaceChildren(...state.people.map((person) => h("option", { value: person.id }, person.name)));
    }
    this.readerSelect.value = String(this.#readerId());
  }

  #readerId() {
    return this.isChannel ? (this.#reader ?? this.chat?.admins?.[0]?.user_id ?? 1001) : this.id;
  }

  // The panel behind the three dots

  #toggleManage() {
    this.manage.hidden = !this.manage.hidden;
    this.more.ariaExpanded = String(!this.manage.hidden);
    if (this.manage.hidden) this.more.focus();
  }

  #updateManage(state) {
    const signature = JSON.stringify([this.chat.is_forum, this.chat.topics, this.chat.general_is_closed, this.#topic, this.chat.admins, this.chat.bot_status, this.chat.bot_rights, this.person?.blocked_bot, state.people.map((each) => each.name)]);
    if (signature === this.#manageSignature) return;
    this.#manageSignature = signature;
    const focused = this.manage.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    this.manage.replaceChildren(...(this.isChannel ? this.#channelPanel(state) : this.#personPanel(state)));
    if (focused) this.manage.querySelector(`[data-name="${focused}"]`)?.focus();
  }

  #personPanel(state) {
    const blocked = this.person?.blocked_bot ?? false;
    const payload = h("input", { name: "payload", placeholder: "r-football", autocomplete: "off", "data-name": "payload" });
    const link = h("form", { class: "line" }, h("label", {}, "Deep link ?start=", payload), h("button", { class: "plain", "data-name": "open" }, "Open link"));
    link.addEventListener("submit", (event) => {
      event.preventDefault();
      this.page.attempt(post("open_link", { user_id: this.id, payload: payload.value.trim() }));
    });
    return [link, h("button", { type: "button", class: blocked ? "plain" : "plain danger", "data-name": "block", onclick: () => this.#block(!blocked) }, blocked ? "Unblock the bot" : "Block the bot")];
  }

  #channelPanel(state) {
    const admins = new Set(this.chat.admins.map((admin) => admin.user_id));
    const creator = this.chat.admins.find((admin) => admin.creator || admin.status === "creator")?.user_id ?? this.chat.admins[0]?.user_id;
    const people = state.people.map((person) => {
      const box = h("input", { type: "checkbox", "data-name": `admin-${person.id}` });
      box.checked = admins.has(person.id);
      box.disabled = person.id === creator;
      box.addEventListener("change", () => this.page.attempt(post("admin", { chat_id: this.id, user_id: person.id, admin: box.checked }), () => (box.checked = !box.checked)));
      return h("label", { class: "check" }, box, person.name, person.id === creator ? h("span", { class: "quiet" }, " creator") : null);
    });
    const isAdministrator = this.chat.bot_status === "administrator";
    const offered = RIGHTS[this.isGroup ? "group" : "channel"];
    const rights = offered.map(([right, label]) => {
      const box = h("input", { type: "checkbox", name: right, "data-name": right });
      box.checked = this.chat.bot_rights?.[right] ?? !RARE_RIGHTS.includes(right);
      return h("label", { class: "check" }, box, label);
    });
    const form = h(
      "form",
      { class: "rights" },
      h("fieldset", {}, h("legend", {}, `Rights of @${state.bot.username}`), h("div", { class: "checks" }, rights)),
      h(
        "div",
        { class: "line" },
        h("button", { class: "primary", "data-name": "promote" }, isAdministrator ? "Change the rights" : "Make it administrator"),
        isAdministrator ? h("button", { type: "button", class: "plain danger", "data-name": "demote", onclick: () => this.page.attempt(post("demote", { chat_id: this.id, user_id: creator })) }, "Remove the bot") : null,
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = Object.fromEntries(offered.map(([right]) => [right, form.elements[right].checked]));
      this.page.attempt(post("promote", { chat_id: this.id, user_id: creator, rights: chosen }));
    });
    const topics = this.chat.type === "supergroup" ? [this.#topicsPanel(creator)] : [];
    return [h("fieldset", {}, h("legend", {}, "Administrators"), h("div", { class: "checks" }, people)), ...topics, form];
  }

  #topicsPanel(creator) {
    const act = (name, fields, onFailure) => this.page.attempt(post(name, { user_id: creator, chat_id: this.id, ...fields }), onFailure);
    const box = h("input", { type: "checkbox", "data-name": "topics" });
    box.checked = this.chat.is_forum;
    box.addEventListener("change", () => act("turn_topics", { is_on: box.checked }, () => (box.checked = !box.checked)));
    const parts = [h("legend", {}, "Topics"), h("label", { class: "check" }, box, "Part the group into topics")];
    if (this.chat.is_forum) {
      const title = h("input", { name: "title", placeholder: "Football", autocomplete: "off", maxlength: 128, required: true, "data-name": "topic" });
      const form = h("form", { class: "line" }, h("label", {}, "New topic ", title), h("button", { class: "plain", "data-name": "create-topic" }, "Create"));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        act("topics", { title: title.value.trim() });
      });
      const open = this.chat.topics.find((topic) => topic.id === this.#topic);
      const isClosed = open ? open.closed : this.chat.general_is_closed;
      const name = open?.name ?? "General";
      const close = h("button", { type: "button", class: "plain", "data-name": "close-topic", onclick: () => act("close_topic", { topic: open?.id ?? 1, is_closed: !isClosed }) }, isClosed ? `Open “${name}”` : `Close “${name}”`);
      const remove = open ? h("button", { type: "button", class: "plain danger", "data-name": "delete-topic", onclick: () => act("delete_topic", { topic: open.id }) }, `Delete “${name}”`) : null;
      parts.push(form, h("div", { class: "line" }, close, remove));
    }
    return h("fieldset", {}, ...parts);
  }
}
