/**
 * What is open beside the list, be it a case or an incident. What is done to it names the state that was looked at, so
 * that nobody's work is undone unseen; what is sent again carries the same key, so that it is done once.
 */
import * as api from "./api.js";
import { Composer, ask } from "./asking.js";
import { button, find, foreign, h, inert, onX, say, show } from "./dom.js";
import { moment } from "./format.js";
import { texts } from "./texts.js";

/**
 * A kind of it has `read` (asks the desk), `allowed` (its actions), `forms` (what these ask for), `writing` (the form of
 * its post), `act` (does one), `showHead` and `showAll`.
 */
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
    this.composer = new Composer(this, post);
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
      h("p.way", button({ class: "back", onclick: () => this.page.leave() }, "← ", texts.back)),
      part("title", h("h2", { id: `${name}-title`, tabindex: -1 })),
      part("state", h("p.case-state")),
      part("buttons", h("div.actions", { role: "group", "aria-label": texts.actions })),
      part("message", h("p.message", { role: "status" })),
      part("post", h("form.reply", { hidden: true, novalidate: true })),
      h("div.columns", columns.map((column) => h("div", ...column.flatMap(([key, title, kind]) => [h("h3", title), part(key, h(kind))])))),
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
    return button({ class: this.first.includes(verb) && "first", "data-act": verb, onclick: () => this.start(verb) }, texts[verb]);
  }

  /** Begins an action, if the token and what is open allow it, with all that its form needs. */
  async start(verb) {
    const { id } = this;
    if (id && !this.told) await this.refresh();
    if (!this.told || !this.allowed().includes(verb)) return;
    if (!this.forms[verb]) return this.composer.open(this.writing());
    const { title, read, fields, body, send = (_, ...done) => this.act(verb, ...done) } = this.forms[verb];
    try {
      const given = { me: this.me, told: this.told, teams: this.page.teams(), read: await read?.(this.told) };
      if (id !== this.id) return;
      ask(this, { verb, title, fields: fields(given).filter(Boolean), body: (elements) => body(elements, this.page.now(), given.read), send: (...values) => send(given, ...values) });
    } catch (error) {
      say(this.parts.message, await this.explain(error));
    }
  }

  /** Closes what is open: the post that is written, else the view. */
  escape() {
    if (this.composer.isOpen) {
      this.composer.close();
      this.parts.title.focus();
    } else if (this.id) this.page.leave();
  }

  /** Says why nothing was done; what changed meanwhile is looked at again, and shown as it stands now. */
  async explain(error) {
    if (error instanceof api.Stale) {
      await this.refresh().catch(() => {});
      return this.words.stale;
    }
    if (error instanceof api.Refused) return texts.failed(inert(error.message));
    if (error instanceof api.Away) return error.status === 429 ? texts.tooMany : texts.notSent;
    throw error;
  }

  say(words) {
    say(this.parts.message, words);
    this.page.refresh();
  }
}

// ---- parts of what is open

export const facts = (lines) => lines.filter(([, value]) => value).map(([name, value]) => h("div", h("dt", name), h("dd", value)));

/** What happened: who did what, when, and what belongs below it. */
export const entry = (kind, who, what, at, url, ...below) =>
  h(`li.${kind}`, h("p.head", h("strong", foreign(who)), " ", what && [foreign(what), " "], at && onX(url, h("time", { datetime: new Date(at * 1000).toISOString() }, moment(at)))), ...below);

export const quote = (text) => text && foreign(text, "blockquote");
