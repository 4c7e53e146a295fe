/**
 * What may be done to a case, by whom, when, and what each action asks for. It shows what the API allows and decides
 * nothing: the API refuses whatever this page should have hidden.
 */
import { h, inert } from "./dom.js";
import { texts } from "./texts.js";

const SCOPES = ["viewer", "agent", "lead", "admin"];
const includes = (scope, other) => SCOPES.indexOf(scope) >= SCOPES.indexOf(other);

const isOpen = ({ status }) => status === "waiting" || status === "answered";
const isAnswered = ({ status }) => status === "answered" || status === "resolved";
const always = () => true;

/** Every action in the order of its button: who may, and when it makes sense. */
const ACTS = {
  reply: { scope: "agent", when: always },
  assign: { scope: "agent", when: isOpen },
  resolve: { scope: "agent", when: isOpen },
  snooze: { scope: "agent", when: isOpen },
  note: { scope: "agent", when: always },
  transfer: { scope: "agent", when: isOpen },
  escalate: { scope: "agent", when: isOpen },
  reopen: { scope: "agent", when: isAnswered },
  prioritise: { scope: "lead", when: always },
  reclassify: { scope: "lead", when: always },
};

/** The actions that a scope and a case allow. */
export const allowed = (scope, told) => Object.keys(ACTS).filter((verb) => includes(scope, ACTS[verb].scope) && ACTS[verb].when(told));

/** By whom a token may sign or take a case: its own name, or anybody's if it leads. */
export const names = ({ name, scope, agents }) => agents.filter((agent) => includes(scope, "lead") || agent.toLowerCase() === name.toLowerCase());

const LEVELS = [1, 2, 3];
const PRIORITIES = ["P1", "P2", "P3", "P4"];

/** By action: its title, its fields, and the body it sends. A body may say what is missing instead. */
export const FORMS = {
  assign: {
    title: texts.assignTitle,
    fields: ({ me, told }) => [choice("to", texts.assignTo, assignees(me, told))],
    body: ({ to }) => ({ values: to.value === "automatic" ? { automatic: true } : { agent: to.value || null } }),
  },
  resolve: explained(texts.resolveTitle, texts.resolveHint),
  reopen: explained(texts.reopenTitle, texts.reopenHint),
  snooze: {
    title: texts.snoozeTitle,
    fields: () => [choice("seconds", texts.snoozeFor, Object.entries(texts.snoozes)), hint(texts.snoozeHint)],
    body: ({ seconds }, now) => ({ values: { until: Math.round(now) + Number(seconds.value) } }),
  },
  note: {
    title: texts.noteTitle,
    fields: () => [words(texts.noteText)],
    body: ({ text }) => ({ values: why(text), missing: text.value.trim() ? null : texts.noteEmpty }),
  },
  transfer: chosen("team", texts.transferTitle, texts.transferTo, ({ teams, told }) => teams.filter(([name]) => name !== told.team)),
  escalate: chosen("level", texts.escalateTitle, texts.escalateLevel, () => LEVELS.map((level) => [level, level]), Number),
  prioritise: chosen("priority", texts.prioritiseTitle, texts.prioritiseTo, ({ told }) => named(PRIORITIES, told.priority)),
  reclassify: chosen("category", texts.reclassifyTitle, texts.reclassifyTo, () => Object.entries(texts.categories)),
};

function explained(title, says) {
  return { title, fields: () => [hint(says), words(texts.whyText)], body: ({ text }) => ({ values: why(text) }) };
}

function chosen(name, title, label, options, read = String) {
  return {
    title,
    fields: (given) => [choice(name, label, options(given)), words(texts.whyText)],
    body: (elements) => ({ values: { [name]: read(elements[name].value), ...why(elements.text) } }),
  };
}

const named = (all, but) => all.filter((each) => each !== but).map((each) => [each, each]);

function assignees(me, { assignee }) {
  const people = named(names(me), assignee);
  const mayTake = assignee && names(me).includes(assignee);
  return [["automatic", texts.assignByLoad], ...people, ...(mayTake ? [["", texts.nobody]] : [])];
}

const why = (field) => (field.value.trim() ? { text: field.value.trim() } : {});

const hint = (text) => h("p.hint", null, text);

const field = (name, label, control) => h("p.field", null, h("label", { for: `act-${name}` }, label), control);

const words = (label) => field("text", label, h("textarea", { id: "act-text", name: "text", rows: 3, dir: "auto", maxlength: 2000 }));

const choice = (name, label, options) =>
  field(name, label, h("select", { id: `act-${name}`, name }, ...options.map(([value, title]) => h("option", { value }, inert(String(title))))));
