/**
 * What may be done to a case, by whom, when, and what each action asks for. It shows what the API allows and decides
 * nothing: the API refuses whatever this page should have hidden.
 */
import * as api from "./api.js";
import { check, field, hint, why, words } from "./asking.js";
import { h, inert } from "./dom.js";
import { texts } from "./texts.js";

const SCOPES = ["viewer", "agent", "lead", "admin"];
/** Says whether a scope is as large as another, or larger. */
export const includes = (scope, other) => SCOPES.indexOf(scope) >= SCOPES.indexOf(other);

const isOpen = ({ status }) => status === "waiting" || status === "answered";
const isAnswered = ({ status }) => status === "answered" || status === "resolved";
const always = () => true;

/** Every action in the order of its button, and when it makes sense. */
const WHEN = {
  reply: always, assign: isOpen, resolve: isOpen, snooze: isOpen, note: always, transfer: isOpen, escalate: isOpen,
  reopen: isAnswered, leave: ({ incident_id: id }) => Boolean(id), prioritise: always, reclassify: always, customer: always, erase: always,
};

/** What takes more than the scope of an agent. */
const LEAST = { prioritise: "lead", reclassify: "lead", erase: "admin" };

/** The actions that a scope and a case allow. */
export const allowed = (scope, told) => Object.keys(WHEN).filter((verb) => includes(scope, LEAST[verb] ?? "agent") && WHEN[verb](told));

/** By whom a token may sign or take a case: its own name, or anybody's if it leads. */
export const names = ({ name, scope, agents }) => agents.filter((agent) => includes(scope, "lead") || agent.toLowerCase() === name.toLowerCase());

const LEVELS = [1, 2, 3];
const PRIORITIES = ["P1", "P2", "P3", "P4"];

/**
 * By action: its title, its fields, and the body it sends. A body may say what is missing instead. What is done to the
 * customer and not to the case has a `send` of its own, and may `read` first what its fields need.
 */
export const FORMS = {
  assign: {
    title: texts.assignTitle,
    fields: ({ me, told }) => [choice("to", texts.assignTo, assignees(me, told))],
    body: ({ to }) => ({ values: to.value === "automatic" ? { automatic: true } : { agent: to.value || null } }),
  },
  resolve: explained(texts.resolveTitle, texts.resolveHint),
  reopen: explained(texts.reopenTitle, texts.reopenHint),
  leave: explained(texts.leaveTitle, texts.leaveHint),
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
  transfer: chosen("team", texts.transferTitle, texts.team, ({ teams, told }) => teams.filter(([name]) => name !== told.team)),
  escalate: chosen("level", texts.escalateTitle, texts.escalateLevel, () => LEVELS.map((level) => [level, level]), Number),
  prioritise: chosen("priority", texts.prioritiseTitle, texts.prioritiseTo, ({ told }) => named(PRIORITIES, told.priority)),
  reclassify: chosen("category", texts.reclassifyTitle, texts.reclassifyTo, () => texts.categories.map((each) => [each, texts.category(each)])),
  customer: {
    title: texts.customerTitle,
    read: ({ customer_id: id }) => api.readCustomer(id),
    fields: ({ read }) => [
      field("ids", texts.externalIds, "textarea", { rows: 3, "aria-describedby": "act-ids-hint" }, written(read.external_ids)),
      h("p.hint", { id: "act-ids-hint" }, texts.externalIdsHint),
      check("vip", texts.vip, read.is_vip),
      check("stopped", texts.stopped, Boolean(read.stopped_at)),
    ],
    body: ({ ids, vip, stopped }, _, read) => changes(read, ids.value, vip.checked, stopped.checked),
    send: ({ read }, values, key) => api.changeCustomer(read.customer_id, values, { etag: read.etag, key }),
  },
  erase: {
    title: texts.eraseTitle,
    fields: ({ told }) => [hint(texts.eraseHint(told.customer_id, told.customer.cases.length)), check("sure", texts.eraseSure, false)],
    body: ({ sure }) => ({ values: {}, missing: sure.checked ? null : texts.eraseUnsure }),
    send: ({ told }, _, key) => api.erase(told.customer_id, key),
  },
};

const written = (ids) => Object.entries(ids).map(([system, id]) => `${system}: ${id}`).join("\n");

/** What of a customer was changed by hand; an id whose line is gone is taken away. */
function changes(read, text, isVip, hasStopped) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => line.match(/^([^:]+?)\s*:\s*(.+)$/));
  if (lines.includes(null)) return { missing: texts.externalIdsWrong };
  const now = Object.fromEntries(lines.map(([, system, id]) => [system, id]));
  const gone = Object.keys(read.external_ids).filter((system) => !(system in now)).map((system) => [system, null]);
  const fresh = Object.entries(now).filter(([system, id]) => read.external_ids[system] !== id);
  const values = {
    ...(gone.length + fresh.length && { external_ids: Object.fromEntries([...gone, ...fresh]) }),
    ...(isVip !== read.is_vip && { is_vip: isVip }),
    ...(hasStopped !== Boolean(read.stopped_at) && { has_stopped: hasStopped }),
  };
  return { values, missing: Object.keys(values).length ? null : texts.customerSame };
}

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

const choice = (name, label, options) =>
  field(name, label, "select", {}, options.map(([value, title]) => h("option", { value }, inert(String(title)))));
