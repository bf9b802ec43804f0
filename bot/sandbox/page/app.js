// The sandbox's page: follows the sandbox's state and shows the news site and the chosen chats side by side.

import { ChatColumn } from "./chat.js";
import { arrange, avatar, clockTime, entityTime, formatted, h, icon } from "./dom.js";
import { follow, post } from "./link.js";
import { SiteColumn } from "./site.js";

const PHONE = matchMedia("(max-width: 759px)");
const NOTICE_TIME = 6000;
const CHANNELS_AT_FIRST = 2;

const columnsElement = document.getElementById("columns");
const strip = document.getElementById("strip");
const pills = new Map();
const seen = new Map();
let state = null;
let receivedAt = 0;

const columns = new Map();

// Which columns are open. The address keeps them (#site,1001,-1001000000001), so that a view can be shared and reloaded.
let chosen = location.hash.length > 1 ? location.hash.slice(1).split(",").filter(Boolean) : null;
let onPhone = null;
let pillInView = null;

const page = {
  state: () => state,
  now: () => new Date(state ? Date.parse(state.now) + performance.now() - receivedAt : Date.now()),
  refresh: () => render(),
  openChat: (id) => open(String(id)),
  alert(text) {
    document.getElementById("alert-text").textContent = text;
    document.getElementById("alert-dialog").showModal();
  },
  /** Waits for an order; what went wrong is told to the person, and undefined comes back. */
  async attempt(promise, onFailure) {
    try {
      return await promise;
    } catch (error) {
      notice(error.message);
      onFailure?.();
      return undefined;
    }
  },
};

function notice(text) {
  const box = h("p", { class: "notice" }, text);
  document.getElementById("notices").append(box);
  setTimeout(() => box.remove(), NOTICE_TIME);
}

columns.set("site", new SiteColumn(page));

// Which columns are shown

function defaults() {
  const channels = state.chats.filter((chat) => chat.type === "channel").slice(0, CHANNELS_AT_FIRST);
  return ["site", String(state.people[0]?.id), ...channels.map((chat) => String(chat.id))];
}

function visibleKeys() {
  const keys = (chosen ?? defaults()).filter((key) => key === "site" || chatOf(key));
  if (!PHONE.matches) return keys;
  if (!keys.includes(onPhone) && !(onPhone && chatOf(onPhone))) onPhone = keys.find((key) => key !== "site") ?? "site";
  return [onPhone];
}

function choose(keys) {
  chosen = keys;
  history.replaceState(null, "", `#${keys.join(",")}`);
  render();
}

function open(key) {
  onPhone = key;
  const keys = chosen ?? defaults();
  if (keys.includes(key)) render();
  else choose([...keys, key]);
  columns.get(key)?.element.scrollIntoView({ inline: "nearest", block: "nearest", behavior: "smooth" });
}

function toggle(key) {
  if (PHONE.matches) {
    onPhone = key;
    render();
    return;
  }
  const keys = chosen ?? defaults();
  if (keys.includes(key)) choose(keys.filter((each) => each !== key));
  else open(key);
}

/** A person who never wrote to the bot has no chat on the server yet, and a place on this page all the same. */
function chatOf(key) {
  const id = Number(key);
  const known = state.chats.find((chat) => chat.id === id);
  if (known) return known;
  const person = state.people.find((each) => each.id === id);
  return person ? { id, type: "private", title: person.name, person_id: id, admins: [], messages: [], commands: [], toasts: [] } : null;
}

// Drawing

function render() {
  if (!state) return;
  document.getElementById("connecting")?.remove();
  const visible = visibleKeys();
  renderStrip(visible);
  const shown = visible.map(columnOf);
  const attached = shown.filter((column) => !column.element.isConnected);
  arrange(columnsElement, shown.map((column) => column.element));
  shown.forEach((column, index) => column.update(state, chatOf(visible[index])));
  for (const column of attached) column.shown();
  columnsElement.classList.toggle("none", shown.length === 0);
  document.body.dataset.ready = "true";
}

function columnOf(key) {
  if (!columns.has(key)) columns.set(key, new ChatColumn(chatOf(key), page));
  return columns.get(key);
}

function renderStrip(visible) {
  const people = state.people.map((person) => [String(person.id), person.name]);
  const channels = state.chats.filter((chat) => chat.type !== "private").map((chat) => [String(chat.id), chat.title]);
  const addChannel = pills.get("add") ?? h("button", { type: "button", class: "pill add", onclick: newChannel }, icon("plus"), "New channel");
  pills.set("add", addChannel);
  const nodes = [pill("site", "News site", visible), divider("people"), ...people.map(([key, name]) => pill(key, name, visible)), divider("channels")];
  nodes.push(...channels.map(([key, name]) => pill(key, name, visible)), addChannel);
  arrange(strip, nodes);
  if (PHONE.matches && pillInView !== onPhone) pills.get(onPhone)?.scrollIntoView({ inline: "center", block: "nearest" });
  pillInView = onPhone;
}

function divider(key) {
  if (!pills.has(key)) pills.set(key, h("span", { class: "divider", "aria-hidden": "true" }));
  return pills.get(key);
}

function pill(key, name, visible) {
  if (!pills.has(key)) {
    const face = key === "site" ? h("span", { class: "avatar avatar-site" }, icon("site")) : avatar(name, Number(key));
    pills.set(key, h("button", { type: "button", class: "pill", "data-key": key, onclick: () => toggle(key) }, face, h("span", { class: "pill-name" }, name), h("span", { class: "badge" })));
  }
  const node = pills.get(key);
  const isVisible = visible.includes(key);
  node.ariaPressed = String(isVisible);
  const unread = key === "site" ? 0 : countUnread(chatOf(key), isVisible);
  const badge = node.querySelector(".badge");
  badge.textContent = unread || "";
  badge.ariaLabel = unread ? `${unread} new` : null;
  return node;
}

function countUnread(chat, isVisible) {
  const last = chat.messages.at(-1)?.message_id ?? 0;
  if (isVisible || !seen.has(chat.id)) seen.set(chat.id, Math.max(last, seen.get(chat.id) ?? 0));
  return chat.messages.filter((message) => message.message_id > seen.get(chat.id) && message.from !== "user" && !message.deleted).length;
}

// New channel

async function newChannel() {
  const dialog = document.getElementById("channel-dialog");
  const form = dialog.querySelector("form");
  form.elements.user_id.replaceChildren(...state.people.map((person) => h("option", { value: person.id }, person.name)));
  const camilla = state.people.find((person) => /camilla/i.test(person.name + person.username));
  if (camilla) form.elements.user_id.value = String(camilla.id);
  form.elements.title.value = "";
  dialog.showModal();
}

async function createChannel(form) {
  const user = Number(form.elements.user_id.value);
  const title = form.elements.title.value.trim();
  const isForum = form.elements.kind.value === "forum";
  const created = await page.attempt(post(isForum ? "groups" : "channels", { user_id: user, title, is_super: isForum }));
  if (!created) return;
  if (isForum) await page.attempt(post("turn_topics", { user_id: user, chat_id: created.chat_id, is_on: true }));
  if (form.elements.promote.checked) await page.attempt(post("promote", { user_id: user, chat_id: created.chat_id }));
  await stateWith((each) => each.chats.some((chat) => chat.id === created.chat_id));
  open(String(created.chat_id));
}

let waiting = [];

/** Resolves with the first state for which `test` holds. */
function stateWith(test) {
  return new Promise((resolve) => {
    waiting.push({ test, resolve });
    settleWaiting();
  });
}

function settleWaiting() {
  waiting = waiting.filter(({ test, resolve }) => {
    if (!test(state)) return true;
    resolve(state);
    return false;
  });
}

// The clock and the line to the sandbox

function showClock() {
  if (!state) return;
  const now = page.now();
  const clock = document.getElementById("clock-now");
  const [date, time] = clock.children;
  clock.dateTime = now.toISOString();
  date.textContent = `${formatted(now, { weekday: "short", day: "numeric", month: "short" })} · `;
  time.textContent = clockTime(now);
}

function showRelativeTimes() {
  for (const time of document.querySelectorAll('time[data-format="r"]')) {
    const language = state.people.find((person) => String(person.id) === time.closest(".column").dataset.key)?.language ?? "en";
    time.textContent = entityTime(Number(time.dataset.unix), "r", language, page.now());
  }
}

function showLink({ connected, seconds }) {
  document.body.classList.toggle("offline", !connected);
  const text = connected ? "" : `The sandbox is out of reach. Trying again in ${seconds} s …`;
  const line = document.getElementById("link-state");
  if (line.textContent !== text) line.textContent = text;
}

for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => page.attempt(post("clock", { advance: Number(button.dataset.advance) })));
}
for (const button of document.querySelectorAll("dialog [data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
document.querySelector("#channel-dialog form").addEventListener("submit", (event) => createChannel(event.target));
PHONE.addEventListener("change", render);
addEventListener("hashchange", () => {
  chosen = location.hash.length > 1 ? location.hash.slice(1).split(",").filter(Boolean) : null;
  render();
});
setInterval(showClock, 1000);
setInterval(showRelativeTimes, 30000);

follow({
  onLink: showLink,
  onState(newState) {
    state = newState;
    receivedAt = performance.now();
    showClock();
    render();
    settleWaiting();
  },
});
