// Small tools of the page: elements with text (never markup), icons, and times as people in Baku read them.

export const ZONE = "Asia/Baku";
const LOCALES = { ru: "ru-RU", az: "az-AZ", en: "en-GB" };

/** An element; strings among the children become text, attributes that are null or false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** The Bot API counts seconds, the rest of the sandbox writes ISO 8601. */
export function moment(value) {
  return new Date(typeof value === "number" ? value * 1000 : value);
}

export function formatted(value, options, language = "en") {
  return new Intl.DateTimeFormat(LOCALES[language] ?? language, { timeZone: ZONE, hourCycle: "h23", ...options }).format(moment(value));
}

export const clockTime = (value) => formatted(value, { hour: "2-digit", minute: "2-digit" });

/** A tg-time entity in the reader's language: "r" relative, else weekday, date and time by letters. */
export function entityTime(unix, format, language, now) {
  if (format === "r") {
    const seconds = unix - now.getTime() / 1000;
    const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]].find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
    return new Intl.RelativeTimeFormat(LOCALES[language] ?? language, { numeric: "auto" }).format(Math.round(seconds / size), unit);
  }
  const options = {};
  if (format.includes("w")) options.weekday = "long";
  if (format.includes("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "numeric" });
  if (format.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (/t/i.test(format)) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (format.includes("T")) options.second = "2-digit";
  return formatted(unix, options, language);
}

const TINTS = 6;

/** An initial, round for people and square for channels; neighbours by id differ in tint. */
export function avatar(name, id) {
  const shape = id < 0 ? " square" : "";
  return h("span", { class: `avatar${shape} tint-${Math.abs(id) % TINTS}`, "aria-hidden": "true" }, [...name.trim()][0]?.toUpperCase() ?? "?");
}

/** Puts `nodes` into `parent` in this order and moves only what stands elsewhere, so focus and scroll stay. */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}
