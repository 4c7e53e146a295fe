/**
 * How an action is asked for and what is said when it was not done. The same for whatever is acted on.
 */
import * as api from "./api.js";
import { find, h, inert, say } from "./dom.js";
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
  const buttons = [h("button.first", { type: "submit" }, texts[verb]), h("button", { type: "button", onclick: () => dialog.close() }, texts.cancel)];
  dialog.replaceChildren(h("form", { novalidate: true, onsubmit }, h("h2", { id: "act-title" }, title), ...fields, fault, h("div.buttons", null, ...buttons)));
  dialog.showModal();
}

/** Says why nothing was done; what changed meanwhile is looked at again, and shown as it stands now. */
export async function whyNotDone(error, lookAgain, stale) {
  if (error instanceof api.Stale) {
    await lookAgain().catch(() => {});
    return stale;
  }
  if (error instanceof api.Refused) return texts.failed(inert(error.message));
  if (error instanceof api.Away) return error.status === 429 ? texts.tooMany : texts.notSent;
  throw error;
}

/** What a dialog is made of: hints, fields with their labels, a tick, an explanation for colleagues. */
export const hint = (text) => h("p.hint", null, text);

export const field = (name, label, control) => h("p.field", null, h("label", { for: `act-${name}` }, label), control);

export const check = (name, label, checked) => h("label.check", null, h("input", { type: "checkbox", name, checked }), ` ${label}`);

export const words = (label) => field("text", label, h("textarea", { id: "act-text", name: "text", rows: 3, dir: "auto", maxlength: 2000 }));

export const why = (element) => (element.value.trim() ? { text: element.value.trim() } : {});
