// One message as a bubble: text, preview, photo, buttons, time; deleted ones stay as ghosts.

import { clockTime, entityTime, formatted, h, icon } from "./dom.js";

/** Own pages and pictures are asked from where this page came from, under whatever name it was opened; others never. */
function ownPath(address, news) {
  try {
    const url = new URL(address, location.href);
    const known = url.origin === location.origin || news.some((article) => article.url.startsWith(`${url.origin}/`));
    return known ? url.pathname + url.search : null;
  } catch {
    return null;
  }
}

const cards = new Map();

/** What the page at `path` says about itself in OpenGraph, as Telegram reads it; null where it says nothing. */
async function readCard(path) {
  const response = await fetch(path);
  if (!response.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const property = (name) => page.querySelector(`meta[property="og:${name}"]`)?.content ?? "";
  return property("title") && { site: property("site_name"), title: property("title"), description: property("description"), image: property("image") };
}

function cardNode(card, preview, news) {
  const image = card.image && ownPath(card.image, news);
  const picture = image ? h("img", { src: image, alt: "", width: 850, height: 478 }) : null;
  return h(
    "a",
    { class: `card${preview.prefer_large_media ? " large" : ""}`, href: preview.url, target: "_blank", rel: "noopener noreferrer" },
    h("span", { class: "card-text" }, h("span", { class: "card-site" }, card.site), h("b", {}, card.title), card.description ? h("span", { class: "card-lead" }, card.description) : null),
    picture,
  );
}

function previewNode(preview, context) {
  if (!preview || preview.is_disabled || !preview.url) return null;
  const path = ownPath(preview.url, context.news);
  if (!path) return null;
  if (/\.(png|jpe?g|webp|svg)$/i.test(path.split("?")[0])) {
    return h("img", { class: "picture", src: path, alt: "", width: 850, height: 478 });
  }
  const revision = context.news.find((article) => article.path === path)?.revision ?? 0;
  const key = `${path}#${revision}`;
  const known = cards.get(key);
  if (known && !(known instanceof Promise)) return cardNode(known, preview, context.news);
  if (known === null) return null;
  const place = h("div", { class: "card-place" });
  const reading = known ?? readCard(path).catch(() => null);
  if (!known) cards.set(key, reading);
  reading.then((card) => {
    cards.set(key, card || null);
    if (card) place.replaceWith(cardNode(card, preview, context.news));
    else place.remove();
  });
  return place;
}

function textNode(message, context) {
  const text = h("div", { class: message.is_rich ? "text rich" : "text", dir: "auto" });
  text.innerHTML = message.html; // Written by the sandbox out of text and entities: safe tags only, everything else escaped.
  for (const time of text.querySelectorAll("time[data-unix]")) {
    const { unix, format } = time.dataset;
    if (format) time.textContent = entityTime(Number(unix), format, context.language, context.now());
    time.title = formatted(Number(unix), { dateStyle: "full", timeStyle: "short" }, context.language);
  }
  for (const spoiler of text.querySelectorAll(".spoiler, blockquote.expandable")) {
    actAs(spoiler, () => spoiler.classList.toggle("open"));
  }
  if (context.onCommand) {
    for (const command of text.querySelectorAll(".bot_command")) actAs(command, () => context.onCommand(command.textContent));
  }
  text.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && context.onLink(link.href)) event.preventDefault();
  });
  return text;
}

/** Makes any element a button for mouse and keyboard. */
function actAs(element, action) {
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  element.addEventListener("click", action);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      action();
    }
  });
}

function buttonNode(button, message, context) {
  if (button.url) {
    return h(
      "a",
      { class: "key", href: button.url, target: "_blank", rel: "noopener noreferrer", onclick: (event) => context.onLink(button.url) && event.preventDefault() },
      h("span", {}, button.text),
      icon("link"),
    );
  }
  const key = h("button", { type: "button", class: "key", disabled: !button.callback_data }, h("span", {}, button.text));
  key.addEventListener("click", async () => {
    if (key.ariaBusy === "true") return;
    key.ariaBusy = "true";
    await context.onTap(message, button);
    key.ariaBusy = null;
  });
  return key;
}

function replyNode(key, context) {
  const node = h("button", { type: "button", class: "key" }, h("span", {}, key.text));
  node.addEventListener("click", () => context.onKey(key, node));
  return node;
}

function metaNode(message) {
  return h(
    "span",
    { class: "meta" },
    message.silent ? h("span", { class: "silent", title: "Sent without a sound" }, icon("silent")) : null,
    message.edit_date ? h("span", { class: "edited", title: `Edited at ${clockTime(message.edit_date)}` }, "edited") : null,
    h("time", { title: formatted(message.date, { dateStyle: "full", timeStyle: "medium" }) }, clockTime(message.date)),
  );
}

/** What stands of an album as one message: the words of its caption, and all its pictures. */
export function withAlbums(messages) {
  const shown = [];
  const albums = new Map();
  for (const message of messages) {
    const first = message.album && !message.deleted ? albums.get(message.album) : undefined;
    if (first) {
      first.pictures.push(message.photo);
      first.html ||= message.html;
      first.edit_date ||= message.edit_date;
      continue;
    }
    const own = message.album && !message.deleted ? { ...message, pictures: [message.photo] } : message;
    if (own !== message) albums.set(message.album, own);
    shown.push(own);
  }
  return shown;
}

function albumNode(pictures, news) {
  const known = pictures.map((picture) => ownPath(picture, news)).filter(Boolean);
  return h("div", { class: "album", role: "group", "aria-label": `Album of ${pictures.length}` }, known.map((path) => h("img", { src: path, alt: "Photo", width: 850, height: 478 })));
}

/** `context`: news, language, now(), onTap(message, button), onKey(key, node), onLink(url) → handled, onCommand(text) or null. */
export function messageNode(message, context) {
  const side = message.from === "user" ? "out" : "in";
  if (message.deleted) {
    return h(
      "article",
      { class: `message ${side} ghost`, "data-id": message.message_id },
      h("div", { class: "bubble" }, h("div", { class: "text" }, h("i", {}, "Deleted"), message.text ? ` · ${message.text}` : ""), metaNode(message)),
    );
  }
  const preview = previewNode(message.preview, context);
  const above = message.preview?.show_above_text;
  const isAlbum = message.pictures?.length > 1;
  const photo = message.photo && !isAlbum ? ownPath(message.photo, context.news) : null;
  const bubble = h(
    "div",
    { class: "bubble" },
    isAlbum ? albumNode(message.pictures, context.news) : null,
    photo ? h("img", { class: "picture", src: photo, alt: "Photo", width: 850, height: 478 }) : null,
    above ? preview : null,
    message.html ? textNode(message, context) : null,
    above ? null : preview,
    metaNode(message),
  );
  const keyboard = message.buttons?.length
    ? h("div", { class: "keyboard", role: "group", "aria-label": "Buttons" }, message.buttons.map((row) => h("div", { class: "row" }, row.map((button) => buttonNode(button, message, context)))))
    : null;
  const replies = message.keys?.length
    ? h("div", { class: "keyboard", role: "group", "aria-label": "Keyboard" }, message.keys.map((row) => h("div", { class: "row" }, row.map((key) => replyNode(key, context)))))
    : null;
  return h("article", { class: `message ${side}`, "data-id": message.message_id }, bubble, keyboard, replies);
}
