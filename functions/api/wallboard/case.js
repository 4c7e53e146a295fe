/**
 * One case: what happened in it, and what may be done to it.
 */
import * as api from "./api.js";
import { FORMS, allowed, names } from "./acts.js";
import { ask } from "./asking.js";
import { standing, subject } from "./board.js";
import { find, foreign, h, inert, onX, say, show } from "./dom.js";
import { duration, moment } from "./format.js";
import { texts } from "./texts.js";
import { View } from "./view.js";

export class CaseView extends View {
  constructor(page) {
    super(page, {
      name: "case",
      first: ["reply"],
      columns: [
        [["timeline", texts.timeline, "ol.timeline"]],
        [["clocks", texts.clocks, "ul.clocks"], ["facts", texts.facts, "dl.facts"], ["history", texts.history, "ul.history"]],
      ],
      post: { name: "reply", send: (...asked) => this.#reply(...asked), sent: texts.replyOnItsWay },
    });
  }

  read = api.readCase;

  allowed() {
    return allowed(this.me.scope, this.told);
  }

  showHead(told) {
    const { title, state } = this.parts;
    show(title, told && [told.priority, subject(told)], () => titleOf(told));
    const how = told ? standing(told, this.page.now()) : { state: "none", words: "" };
    state.dataset.state = how.state;
    show(state, [how, this.trouble], () => [h("span.mark", { "aria-hidden": "true" }, how.mark), ` ${how.words} ${this.trouble}`]);
  }

  showAll(told) {
    const { timeline, clocks, facts, history } = this.parts;
    show(timeline, [told.timeline, told.outgoing], () => happened(told).map(entry));
    show(clocks, told.clocks, (all) => all.map(clockLine));
    show(facts, [told, this.page.teams()], () => factLines(told, new Map(this.page.teams())));
    show(history, told.customer.cases.filter((each) => each.case_id !== this.id), earlier);
  }

  /** Begins an action if the token and the case allow it. */
  async start(verb) {
    if (!(await this.may(verb))) return;
    if (verb === "reply") this.#startReply();
    else await this.#prepare(verb);
  }

  async #do(verb, body, key, query = {}) {
    const { id } = this;
    const told = await api.act(id, verb, body, { etag: this.told.etag, key, ...query });
    if (id === this.id && !told.is_dry_run) this.take({ ...this.told, ...told.case, etag: `"${told.revision}"` });
    return told;
  }

  /** Reads what an action's form needs beside the case, then asks. */
  async #prepare(verb) {
    const { id } = this;
    try {
      const read = await FORMS[verb].read?.(this.told);
      if (id === this.id) this.#ask(verb, read);
    } catch (error) {
      say(this.parts.message, await this.explain(error));
    }
  }

  #ask(verb, read) {
    const { title, fields, body, send } = FORMS[verb];
    const given = { me: this.me, told: this.told, teams: this.page.teams(), read };
    ask(this, {
      verb, title,
      fields: fields(given),
      body: (elements) => body(elements, this.page.now(), read),
      send: (values, key) => (send ? send(given, values, key) : this.#do(verb, values, key)),
    });
  }

  // ---- replying

  #startReply() {
    this.composer.open({
      title: texts.replyTitle, label: texts.replyText, hint: texts.replyHint, send: texts.send,
      above: (text) => this.#suggestions(text),
      below: this.#signers(),
    });
  }

  #suggestions(text) {
    const all = this.told.suggestions ?? [];
    if (!all.length) return null;
    const take = (each) => {
      text.value = each.text;
      this.composer.change();
      text.focus();
    };
    const item = (each) => h("li", null, h("button", { type: "button", "aria-label": `${texts.use}: ${texts.spelled(each.response)}`, onclick: () => take(each) }, texts.use), foreign(each.text, "p"));
    return h("section.suggestions", { "aria-label": texts.suggestions }, h("h4", null, texts.suggestions), h("ol", null, ...all.map(item)));
  }

  /** Who leads may sign for others. */
  #signers() {
    const all = names(this.me);
    if (all.length < 2) return null;
    const mine = this.told.assignee ?? this.me.name;
    const options = all.map((name) => h("option", { value: name, selected: name === mine }, inert(name)));
    return h("p.signer", null, h("label", { for: "reply-agent" }, texts.signedBy), " ", h("select", { id: "reply-agent", onchange: () => this.composer.change() }, ...options));
  }

  #reply(text, key, isCheck) {
    const agent = find("reply-agent")?.value;
    return this.#do("reply", agent ? { text, agent } : { text }, key, { dry_run: isCheck });
  }
}

// ---- parts of a case

const titleOf = (told) => (told ? [h(`span.priority.${told.priority.toLowerCase()}`, null, told.priority), " ", foreign(subject(told))] : [texts.caseId]);

function clockLine(clock) {
  const state = texts.clockStates[clock.state](moment(clock.due_at));
  return h("li", { "data-state": clock.state }, h("strong", null, texts.metrics[clock.metric]), ` ${state}`);
}

function factLines(told, teams) {
  const lines = [
    [texts.customer, onX(`https://x.com/i/user/${told.customer_id}`, told.customer_id)],
    [texts.vip, told.customer.is_vip && texts.yes],
    [texts.stopped, told.customer.stopped_at && moment(told.customer.stopped_at)],
    ...Object.entries(told.customer.external_ids).map(([system, each]) => [foreign(system), foreign(each)]),
    [texts.opened, onX(told.url, moment(told.opened_at))],
    [texts.waitingSince, told.waiting_since && moment(told.waiting_since)],
    [texts.assignee, told.assignee ? foreign(told.assignee) : texts.nobody],
    [texts.team, foreign(teams.get(told.team) ?? told.team)],
    [texts.account, told.handle && foreign(`@${told.handle}`)],
    [texts.languageOf, told.language],
    [texts.sentiment, texts.spelled(told.sentiment)],
    [texts.incident, told.incident_id && h("a", { href: `#incident=${told.incident_id}` }, texts.itsIncident)],
    [texts.reach, told.followers !== null && texts.followers(told)],
    [texts.growth, told.growth_per_hour > 0 && texts.perHour(told.growth_per_hour)],
    [texts.acknowledgement, told.acknowledgement ? foreign(texts.spelled(told.acknowledgement)) : texts.noAcknowledgement],
    [texts.closedBecause, told.closed_because && foreign(texts.spelled(told.closed_because))],
    [texts.caseId, told.case_id],
  ];
  return lines.filter(([, value]) => value).map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value)));
}

function earlier(cases) {
  if (!cases.length) return h("li", null, texts.historyNone);
  return cases.map((each) => h("li", null, h("a", { href: `#case=${each.case_id}` }, foreign(subject(each))), ` ${moment(each.opened_at)}, ${texts.spelled(each.status)}`));
}

/** The timeline with what is still on its way to X at its end. */
function happened({ timeline, outgoing }) {
  const seen = new Set(timeline.filter((each) => each.kind === "POST").map((each) => each.post_id));
  const coming = outgoing.filter((each) => !seen.has(each.post_id) && each.state !== "refused");
  return [...timeline, ...coming.map((each) => ({ ...each, kind: "OUTGOING", at: each.planned_at }))];
}

const ENTRIES = { POST: post, EDITED: post, DELETED: note, ACTION: note, OUTCOME: note, AUTHOR: note, METRICS: note, OUTGOING: outgoing };

const entry = (each) => ENTRIES[each.kind](each);

const when = (each, url) => onX(url, h("time", { datetime: new Date(each.at * 1000).toISOString() }, moment(each.at)));

function post(each) {
  const isTheirs = each.direction !== "outbound";
  const author = isTheirs ? texts.by.customer : each.is_automatic ? texts.by.automatic : (each.agent ?? texts.by.us);
  const head = [h("strong", null, foreign(author)), each.kind === "EDITED" ? ` ${texts.edited}` : "", " ", when(each, each.url)];
  return h(`li.post.${isTheirs ? "theirs" : each.is_automatic ? "automatic" : "ours"}`, null, h("p.head", null, ...head), each.text && foreign(each.text, "blockquote"), reasons(each));
}

function reasons(each) {
  if (!each.reasons?.length) return null;
  return h("details", null, h("summary", null, texts.why), h("ul", null, ...each.reasons.map((reason) => h("li", null, foreign(reason)))));
}

function note(each) {
  const { who, what } = told(each);
  return h("li.note", null, h("p.head", null, h("strong", null, foreign(who)), " ", foreign(what), " ", when(each)), each.kind === "ACTION" && each.text && foreign(each.text, "blockquote"));
}

function told(each) {
  if (each.kind === "DELETED") return { who: texts.by.customer, what: texts.deleted };
  if (each.kind === "OUTCOME") return { who: texts.by.desk, what: texts.outcome(texts.spelled(each.state), each.reason && texts.spelled(each.reason)) };
  if (each.kind === "AUTHOR") return { who: "X", what: texts.author(each.author) };
  if (each.kind === "METRICS") return { who: "X", what: texts.metricsOf(each.metrics) };
  const { action } = each;
  return { who: action.by, what: texts.acts[action.act]?.(action, action.until && moment(action.until)) ?? texts.acted };
}

function outgoing(each) {
  const state = texts.outgoing(texts.spelled(each.state), each.reason && texts.spelled(each.reason));
  const head = [h("strong", null, each.state === "sent" ? texts.isOut : `${texts.onItsWay} ${state}`), " ", when(each)];
  return h("li.post.coming", null, h("p.head", null, ...head), each.text && foreign(each.text, "blockquote"));
}
