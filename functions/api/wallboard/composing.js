/**
 * The form in which a post of ours is written: looked at first if wanted, sent once. Another text is another intention.
 */
import * as api from "./api.js";
import { find, foreign, h, say } from "./dom.js";
import { texts } from "./texts.js";

export class Composer {
  #form;
  #name;
  #asks;
  #key = null;

  /** `asks` is told the words: `send(text, key, isCheck)` does it, `sent` and `explain` say what became of it. */
  constructor(form, name, asks) {
    this.#form = form;
    this.#name = name;
    this.#asks = asks;
    form.addEventListener("submit", (event) => this.#submit(event));
  }

  get isOpen() {
    return !this.#form.hidden;
  }

  /** Opens it with its words, what stands `above` its text and `below`; `above` is given the text's element. */
  open({ title, label, hint, send, text = "", above, below }) {
    if (!this.isOpen) {
      const name = this.#name;
      const field = h("textarea", { id: `${name}-text`, rows: 4, dir: "auto", "aria-describedby": `${name}-hint ${name}-fault`, oninput: () => this.change() }, text);
      const parts = [
        h("h3", null, title),
        above?.(field),
        h("label", { for: `${name}-text` }, label), field,
        h("p.hint", { id: `${name}-hint` }, hint),
        below,
        h("p.fault", { id: `${name}-fault`, role: "alert" }),
        h("div.preview", { id: `${name}-preview`, role: "status" }),
        h("div.buttons", null,
          h("button.first", { type: "submit", value: "send" }, send),
          h("button", { type: "submit", value: "check" }, texts.check),
          h("button", { type: "button", onclick: () => this.#asks.leave() }, texts.cancel)),
      ];
      this.#form.replaceChildren(...parts.filter(Boolean));
      this.#form.hidden = false;
      this.change();
    }
    this.#part("text").focus();
  }

  change() {
    this.#key = api.intention();
    this.#part("preview").replaceChildren();
    say(this.#part("fault"), "");
  }

  close() {
    this.#form.hidden = true;
    this.#form.replaceChildren();
  }

  #part(name) {
    return find(`${this.#name}-${name}`);
  }

  async #submit(event) {
    event.preventDefault();
    const isCheck = event.submitter?.value === "check";
    const text = this.#part("text").value.trim();
    if (!text) return say(this.#part("fault"), texts.replyEmpty);
    const buttons = this.#form.querySelectorAll("button");
    buttons.forEach((button) => (button.disabled = true));
    try {
      const told = await this.#asks.send(text, this.#key, isCheck);
      say(this.#part("fault"), "");
      if (isCheck) this.#part("preview").replaceChildren(h("p", null, texts.wouldPost), foreign(told.outgoing.text, "blockquote"));
      else {
        this.close();
        this.#asks.sent();
      }
    } catch (error) {
      const words = await this.#asks.explain(error);
      if (this.#part("fault")) say(this.#part("fault"), words);
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
  }
}
