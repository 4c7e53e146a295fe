/**
 * What is open beside the list, be it a case or an incident. What is done to it names the state that was looked at, so
 * that nobody's work is undone unseen; what is sent again carries the same key, so that it is done once.
 */
import * as api from "./api.js";
import { whyNotDone } from "./asking.js";
import { Composer } from "./composing.js";
import { find, h, say, show } from "./dom.js";
import { texts } from "./texts.js";

/** A kind of it has `read` (asks the desk), `allowed` (its actions), `start` (begins one), `showHead` and `showAll`. */
export class View {
  me = null;
  told = null;
  trouble = "";
  parts = {};
  id = null;

  /** `page` gives the desk's time, asks the desk again, and leaves; `name` is its section, `first` what is done most. */
  constructor(page, { name, first, columns, post }) {
    Object.assign(this, { page, first, words: texts.view(name) });
    this.#build(name, columns);
    this.composer = new Composer(this.parts.post, post.name, {
      send: post.send,
      sent: () => this.say(post.sent, this.parts.title.focus()),
      explain: this.explain,
      leave: () => this.escape(),
    });
  }

  /** Turns to one, or to none. */
  open(id) {
    if (id === this.id) return;
    Object.assign(this, { id, told: null, trouble: this.words.loading });
    this.composer.close();
    say(this.parts.message, "");
    find("act-dialog").close();
    this.parts.section.hidden = !id;
    if (!id) return;
    this.render();
    this.parts.title.focus();
    scrollTo({ top: 0 });
  }

  /** Asks the desk for it anew. */
  async refresh() {
    const { id } = this;
    if (!id) return;
    try {
      const told = await this.read(id);
      if (id === this.id) this.take(told);
    } catch (error) {
      if (error.status === 401 || !(error instanceof api.Refused || error instanceof api.Away)) throw error;
      if (id === this.id) this.trouble = error instanceof api.Away ? this.words.away : error.status === 404 ? this.words.gone : error.message;
    }
  }

  take(told) {
    Object.assign(this, { told, trouble: "" });
    this.render();
  }

  #build(name, columns) {
    const part = (key, element) => (this.parts[key] = element);
    part("section", find(name)).append(
      h("p.way", null, h("button.back", { type: "button", onclick: () => this.page.leave() }, "← ", texts.back)),
      part("title", h("h2", { id: `${name}-title`, tabindex: -1 })),
      part("state", h("p.case-state")),
      part("buttons", h("div.actions", { role: "group", "aria-label": texts.actions })),
      part("message", h("p.message", { role: "status" })),
      part("post", h("form.reply", { hidden: true, novalidate: true })),
      h("div.columns", null, ...columns.map((column) => h("div", null, ...column.flatMap(([key, title, kind]) => [h("h3", null, title), part(key, h(kind))])))),
    );
  }

  render() {
    if (!this.id) return;
    const { told } = this;
    this.parts.section.classList.toggle("empty", !told);
    this.showHead(told);
    if (!told) return;
    show(this.parts.buttons, this.allowed(), (verbs) => verbs.map((verb) => this.#button(verb)));
    this.showAll(told);
  }

  #button(verb) {
    const kind = this.first.includes(verb) ? "button.first" : "button";
    return h(kind, { type: "button", "data-act": verb, onclick: () => this.start(verb) }, texts[verb]);
  }

  /** Says whether an action may begin: the token and what is open allow it. */
  async may(verb) {
    if (this.id && !this.told) await this.refresh();
    return this.told !== null && this.allowed().includes(verb);
  }

  /** Closes what is open: the post that is written, else the view. */
  escape() {
    if (this.composer.isOpen) {
      this.composer.close();
      this.parts.title.focus();
    } else if (this.id) this.page.leave();
  }

  explain = (error) => whyNotDone(error, () => this.refresh(), this.words.stale);

  say = (words) => {
    say(this.parts.message, words);
    this.page.refresh();
  };
}
