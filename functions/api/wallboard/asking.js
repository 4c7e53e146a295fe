/**
 * How an action is asked for, in a dialog, and how a post of ours is written. The same for whatever is acted on.
 */
import * as api from "./api.js";
import { button, find, foreign, h, say } from "./dom.js";
import { texts } from "./texts.js";

/** Opens the dialog of an action: `body` reads its fields, `send` does it once, `view` tells what became of it. */
export function ask(view, { verb, title, fields, body, send }) {
  const dialog = find("act-dialog");
  const key = api.intention();
  const fault = h("p.fault", { role: "alert" });
  const onsubmit = async (event) => {
    event.preventDefault();
    const { values, missing } = body(event.target.elements);
    if (missing) return say(fault, missing);
    event.submitter.disabled = true;
    try {
      await send(values, key);
      dialog.close();
      view.say(texts.done[verb]);
    } catch (error) {
      say(fault, await view.explain(error));
      if (error instanceof api.Stale) view.say(view.words.stale, dialog.close());
    } finally {
      event.submitter.disabled = false;
    }
  };
  const buttons = [h("button.first", { type: "submit" }, texts[verb]), button({ onclick: () => dialog.close() }, texts.cancel)];
  dialog.replaceChildren(h("form", { novalidate: true, onsubmit }, h("h2", { id: "act-title" }, title), ...fields, fault, h("div.buttons", buttons)));
  dialog.showModal();
}

/** What a dialog is made of: hints, fields with their labels, a tick, an explanation for colleagues. */
export const hint = (text) => h("p.hint", text);

export const field = (name, label, kind, attributes, ...content) =>
  h("p.field", h("label", { for: `act-${name}` }, label), h(kind, { id: `act-${name}`, name, ...attributes }, ...content));

export const check = (name, label, checked) => h("label.check", h("input", { type: "checkbox", name, checked }), ` ${label}`);

export const words = (label) => field("text", label, "textarea", { rows: 3, dir: "auto", maxlength: 2000 });

export const why = (element) => (element.value.trim() ? { text: element.value.trim() } : {});

/** The form in which a post is written: looked at first if wanted, sent once. Another text is another intention. */
export class Composer {
  #form;
  #key = null;
  #field = null;
  #fault = null;
  #preview = null;

  /** Stands in a `view`. `send(text, key, isCheck)` does it, `sent` says that it was done, `name` begins its ids. */
  constructor(view, { name, send, sent }) {
    Object.assign(this, { view, name, send, sent });
    this.#form = view.parts.post;
    this.#form.addEventListener("submit", (event) => this.#submit(event));
  }

  get isOpen() {
    return !this.#form.hidden;
  }

  /** Opens it with its words, what stands `above` its text and `below`; `above` is given the text's element. */
  open({ title, label, hint, send, text = "", above, below }) {
    if (!this.isOpen) {
      const id = (part) => `${this.name}-${part}`;
      this.#field = h("textarea", { id: id("text"), rows: 4, dir: "auto", "aria-describedby": `${id("hint")} ${id("fault")}`, oninput: () => this.change() }, text);
      this.#fault = h("p.fault", { id: id("fault"), role: "alert" });
      this.#preview = h("div.preview", { id: id("preview"), role: "status" });
      const buttons = [
        h("button.first", { value: "send" }, send),
        h("button", { value: "check" }, texts.check),
        button({ onclick: () => this.view.escape() }, texts.cancel),
      ];
      const parts = [h("h3", title), above?.(this.#field), h("label", { for: id("text") }, label), this.#field, h("p.hint", { id: id("hint") }, hint)];
      this.#form.replaceChildren(...[...parts, below, this.#fault, this.#preview, h("div.buttons", buttons)].filter(Boolean));
      this.#form.hidden = false;
      this.change();
    }
    this.#field.focus();
  }

  change() {
    this.#key = api.intention();
    this.#preview.replaceChildren();
    say(this.#fault, "");
  }

  close() {
    this.#form.hidden = true;
    this.#form.replaceChildren();
  }

  async #submit(event) {
    event.preventDefault();
    const isCheck = event.submitter?.value === "check";
    const text = this.#field.value.trim();
    if (!text) return say(this.#fault, texts.replyEmpty);
    const buttons = this.#form.querySelectorAll("button");
    buttons.forEach((each) => (each.disabled = true));
    try {
      const told = await this.send(text, this.#key, isCheck);
      say(this.#fault, "");
      if (isCheck) return this.#preview.replaceChildren(h("p", texts.wouldPost), foreign(told.outgoing.text, "blockquote"));
      this.close();
      this.view.say(this.sent, this.view.parts.title.focus());
    } catch (error) {
      say(this.#fault, await this.view.explain(error));
    } finally {
      buttons.forEach((each) => (each.disabled = false));
    }
  }
}
