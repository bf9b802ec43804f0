// The news site's column: publish, correct, and the list of what is there.

import { arrange, clockTime, h } from "./dom.js";
import { post } from "./link.js";

const RUBRICS = {
  ru: ["Внешняя политика", "Внутренняя политика", "Другие страны", "В регионе", "Футбол", "Бизнес", "ИКТ"],
  az: ["Xarici siyasət", "Daxili siyasət", "Digər ölkələr", "Region", "Futbol", "Biznes", "İKT"],
  en: ["Foreign policy", "Domestic policy", "Other countries", "Region", "Football", "Business", "ICT"],
};

export class SiteColumn {
  #items = new Map();
  #methods = "";

  /** `page`: attempt(promise). */
  constructor(page) {
    this.page = page;
    this.element = document.getElementById("site");
    this.list = this.#part("articles");
    this.form = this.#part("publish-form");
    this.#part("publish-sample").addEventListener("click", () => this.page.attempt(post("publish_sample")));
    this.form.elements.language.addEventListener("change", () => this.#offerRubrics());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#publish();
    });
    this.#offerRubrics();
  }

  /** The column may be out of the document while it is hidden. */
  #part(id) {
    return this.element.querySelector(`#${id}`);
  }

  update(state) {
    const count = state.news.length;
    this.#part("site-count").textContent = count === 0 ? "no articles yet" : `${count} article${count === 1 ? "" : "s"}`;
    this.#part("no-articles").hidden = count > 0;
    const kept = new Map();
    for (const article of state.news) {
      const own = JSON.stringify(article);
      const before = this.#items.get(article.path);
      let node = before?.node;
      if (before?.own !== own) {
        node = this.#item(article);
        before?.node.replaceWith(node);
      }
      kept.set(article.path, { own, node });
    }
    this.#items = kept;
    arrange(this.list, [...kept.values()].map((each) => each.node));
    this.#showCalls(state.calls);
  }

  shown() {}

  #offerRubrics() {
    const language = this.form.elements.language.value;
    this.#part("rubrics").replaceChildren(...RUBRICS[language].map((title) => h("option", { value: title })));
  }

  async #publish() {
    const { title, rubric, language, lead } = this.form.elements;
    const article = { title: title.value.trim(), lead: lead.value.trim(), language: language.value };
    if (rubric.value.trim()) article.rubric = rubric.value.trim();
    if (await this.page.attempt(post("publish", article))) {
      title.value = lead.value = "";
      title.focus();
    }
  }

  #item(article) {
    const correct = h("button", { type: "button", class: "quick", "aria-label": `Correct it: ${article.title}` }, "Correct it");
    const item = h(
      "li",
      { class: "article", "data-path": article.path },
      h("p", { class: "article-meta" }, h("time", {}, clockTime(article.published)), h("span", { class: "language" }, article.language), h("span", { class: "rubric" }, article.rubric ?? "no rubric"), correct),
      h("a", { class: "article-title", href: article.path, target: "_blank", rel: "noopener", lang: article.language }, article.title),
      article.revision ? h("p", { class: "corrected" }, article.revision === 1 ? "corrected once" : `corrected ${article.revision} times`) : null,
    );
    correct.addEventListener("click", () => this.#startCorrection(item, article, correct));
    return item;
  }

  #startCorrection(item, article, correct) {
    const title = h("input", { name: "title", required: true, lang: article.language });
    title.value = article.title;
    const lead = h("textarea", { name: "lead", rows: 2, placeholder: "as it is", lang: article.language });
    const form = h(
      "form",
      { class: "fields correction" },
      h("label", {}, "Headline ", title),
      h("label", {}, "Lead ", lead),
      h("div", { class: "actions" }, h("button", { type: "button", class: "plain", "data-close": true }, "Cancel"), h("button", { class: "primary" }, "Save")),
    );
    const close = () => {
      form.remove();
      correct.hidden = false;
      correct.focus();
    };
    form.querySelector("[data-close]").addEventListener("click", close);
    form.addEventListener("keydown", (event) => event.key === "Escape" && close());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const change = { url: article.url, title: title.value.trim() };
      if (lead.value.trim()) change.lead = lead.value.trim();
      if (await this.page.attempt(post("correct", change))) close();
    });
    correct.hidden = true;
    item.append(form);
    title.focus();
    title.select();
  }

  #showCalls(calls) {
    const box = this.#part("calls");
    box.hidden = !calls;
    const signature = JSON.stringify(calls);
    if (!calls || signature === this.#methods) return;
    this.#methods = signature;
    box.firstElementChild.textContent = `Bot API: ${calls.total} calls${calls.refused ? `, ${calls.refused} refused` : ""}`;
    const rows = Object.entries(calls.by_method).sort(([, a], [, b]) => b - a);
    box.querySelector("dl").replaceChildren(...rows.map(([method, times]) => h("div", {}, h("dt", {}, method), h("dd", {}, String(times)))));
  }
}
