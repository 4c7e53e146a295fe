/**
 * What may be done to a case, by whom, when, and what each action asks for. It shows what the API allows and decides
 * nothing: the API refuses whatever this page should have hidden.
 */
import { h } from "./dom.js";
import { texts } from "./texts.js";

const SCOPES = ["viewer", "agent", "lead", "admin"];
const isOpen = ({ status }) => status === "waiting" || status === "answered";
const isOver = (told) => !isOpen(told);
const always = () => true;

/** Every action in the order of its button: who may, and when it makes sense. */
const ACTS = {
  reply: { scope: "agent", when: always },
  assign: { scope: "agent", when: isOpen },
  resolve: { scope: "agent", when: isOpen },
  reopen: { scope: "agent", when: isOver },
  snooze: { scope: "agent", when: isOpen },
  note: { scope: "agent", when: always },
  escalate: { scope: "agent", when: isOpen },
};

/** The actions that a scope and a case allow. */
export const allowed = (scope, told) =>
  Object.keys(ACTS).filter((verb) => SCOPES.indexOf(scope) >= SCOPES.indexOf(ACTS[verb].scope) && ACTS[verb].when(told));

const LEVELS = [1, 2, 3];

/** By action: its title, its fields, and the body it sends. A body may say what is missing instead. */
export const FORMS = {
  assign: {
    title: texts.assignTitle,
    fields: ({ agents }, { assignee }) => [choice("agent", texts.assignTo, [["", texts.assignByLoad], ...agents.map((name) => [name, name])], assignee)],
    body: ({ agent }) => ({ values: agent.value ? { agent: agent.value } : {} }),
  },
  resolve: {
    title: texts.resolveTitle,
    fields: () => [hint(texts.resolveHint), words("text", texts.resolveNote)],
    body: ({ text }) => ({ values: optional(text) }),
  },
  reopen: {
    title: texts.reopenTitle,
    fields: () => [words("text", texts.resolveNote)],
    body: ({ text }) => ({ values: optional(text) }),
  },
  snooze: {
    title: texts.snoozeTitle,
    fields: () => [choice("seconds", texts.snoozeFor, Object.entries(texts.snoozes)), hint(texts.snoozeHint)],
    body: ({ seconds }, now) => ({ values: { until: Math.round(now) + Number(seconds.value) } }),
  },
  note: {
    title: texts.noteTitle,
    fields: () => [words("text", texts.noteText)],
    body: ({ text }) => ({ values: optional(text), missing: text.value.trim() ? null : texts.noteEmpty }),
  },
  escalate: {
    title: texts.escalateTitle,
    fields: () => [choice("level", texts.escalateLevel, LEVELS.map((level) => [level, level])), words("text", texts.resolveNote)],
    body: ({ level, text }) => ({ values: { level: Number(level.value), ...optional(text) } }),
  },
};

const optional = (field) => (field.value.trim() ? { text: field.value.trim() } : {});

const hint = (text) => h("p.hint", null, text);

const field = (name, label, control) => h("p.field", null, h("label", { for: `act-${name}` }, label), control);

const words = (name, label) => field(name, label, h("textarea", { id: `act-${name}`, name, rows: 3, dir: "auto" }));

const choice = (name, label, options, chosen) =>
  field(name, label, h("select", { id: `act-${name}`, name }, ...options.map(([value, title]) => h("option", { value, selected: String(value) === chosen }, String(title)))));
