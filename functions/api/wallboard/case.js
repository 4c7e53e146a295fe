/**
 * One case: what happened in it, and what may be done to it.
 */
import * as api from "./api.js";
import { FORMS, allowed, names } from "./acts.js";
import { standing, subject } from "./board.js";
import { button, find, foreign, h, inert, mark, onX, show } from "./dom.js";
import { moment } from "./format.js";
import { texts } from "./texts.js";
import { View, entry, facts, quote } from "./view.js";

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
  forms = FORMS;

  allowed() {
    return allowed(this.me.scope, this.told);
  }

  showHead(told) {
    const { title, state } = this.parts;
    show(title, told && [told.priority, subject(told)], () => titleOf(told));
    const how = told ? standing(told, this.page.now()) : { state: "none", words: "" };
    state.dataset.state = how.state;
    show(state, [how, this.trouble], () => [mark(how.mark), ` ${how.words} ${this.trouble}`]);
  }

  showAll(told) {
    const { timeline, clocks, facts: known, history } = this.parts;
    show(timeline, [told.timeline, told.outgoing], () => happened(told).map(line));
    show(clocks, told.clocks, (all) => all.map(clockLine));
    show(known, [told, this.page.teams()], () => factLines(told, new Map(this.page.teams())));
    show(history, told.customer.cases.filter((each) => each.case_id !== this.id), earlier);
  }

  async act(verb, body, key, query = {}) {
    const { id } = this;
    const told = await api.act(id, verb, body, { etag: this.told.etag, key, ...query });
    if (id === this.id && !told.is_dry_run) this.take({ ...this.told, ...told.case, etag: `"${told.revision}"` });
    return told;
  }

  // ---- replying

  writing() {
    return {
      title: texts.replyTitle, label: texts.replyText, hint: texts.replyHint, send: texts.send,
      above: (text) => this.#suggestions(text),
      below: this.#signers(),
    };
  }

  #suggestions(text) {
    const all = this.told.suggestions ?? [];
    if (!all.length) return null;
    const take = (each) => {
      text.value = each.text;
      this.composer.change();
      text.focus();
    };
    const item = (each) => h("li", button({ "aria-label": `${texts.use}: ${texts.spelled(each.response)}`, onclick: () => take(each) }, texts.use), h("div", foreign(each.text, "p"), each.objections.map((why) => h("p.hint", why))));
    return h("section.suggestions", { "aria-label": texts.suggestions }, h("h4", texts.suggestions), h("ol", all.map(item)));
  }

  /** Who leads may sign for others. */
  #signers() {
    const all = names(this.me);
    if (all.length < 2) return null;
    const mine = this.told.assignee ?? this.me.name;
    const options = all.map((name) => h("option", { value: name, selected: name === mine }, inert(name)));
    return h("p.signer", h("label", { for: "reply-agent" }, texts.signedBy), " ", h("select", { id: "reply-agent", onchange: () => this.composer.change() }, options));
  }

  #reply(text, key, isCheck) {
    const agent = find("reply-agent")?.value;
    return this.act("reply", agent ? { text, agent } : { text }, key, { dry_run: isCheck });
  }
}

// ---- parts of a case

const titleOf = (told) => (told ? [h(`span.priority.${told.priority.toLowerCase()}`, told.priority), " ", foreign(subject(told))] : [texts.caseId]);

function clockLine(clock) {
  const state = texts.clockStates[clock.state](moment(clock.due_at));
  return h("li", { "data-state": clock.state }, h("strong", texts.metrics[clock.metric]), ` ${state}`);
}

const factLines = (told, teams) =>
  facts([
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
  ]);

function earlier(cases) {
  if (!cases.length) return h("li", texts.historyNone);
  return cases.map((each) => h("li", h("a", { href: `#case=${each.case_id}` }, foreign(subject(each))), ` ${moment(each.opened_at)}, ${texts.spelled(each.status)}`));
}

/** The timeline with what is still on its way to X at its end. */
function happened({ timeline, outgoing }) {
  const seen = new Set(timeline.filter((each) => each.kind === "POST").map((each) => each.post_id));
  const coming = outgoing.filter((each) => !seen.has(each.post_id) && each.state !== "refused");
  return [...timeline, ...coming.map((each) => ({ ...each, kind: "OUTGOING", at: each.planned_at }))];
}

const KINDS = { POST: post, EDITED: post, OUTGOING: outgoing };

const line = (each) => (KINDS[each.kind] ?? note)(each);

function post(each) {
  const isTheirs = each.direction !== "outbound";
  const author = isTheirs ? texts.by.customer : each.is_automatic ? texts.by.automatic : (each.agent ?? texts.by.us);
  const kind = isTheirs ? "theirs" : each.is_automatic ? "automatic" : "ours";
  return entry(`post.${kind}`, author, each.kind === "EDITED" && texts.edited, each.at, each.url, quote(each.text), reasons(each));
}

const reasons = ({ reasons: all }) => all?.length > 0 && h("details", h("summary", texts.why), h("ul", all.map((reason) => h("li", foreign(reason)))));

const note = (each) => entry("note", ...told(each), each.at, null, each.kind === "ACTION" && quote(each.text));

function told({ kind, state, reason, author, metrics, action }) {
  if (kind === "DELETED") return [texts.by.customer, texts.deleted];
  if (kind === "OUTCOME") return [texts.by.desk, texts.outcome(texts.spelled(state), reason && texts.spelled(reason))];
  if (kind === "AUTHOR") return ["X", texts.author(author)];
  if (kind === "METRICS") return ["X", texts.metricsOf(metrics)];
  return [action.by, texts.acts[action.act]?.(action, action.until && moment(action.until)) ?? texts.acted];
}

function outgoing({ state, reason, at, text }) {
  const coming = `${texts.onItsWay} ${texts.outgoing(texts.spelled(state), reason && texts.spelled(reason))}`;
  return entry("post.coming", { sent: texts.isOut, unknown: texts.lost }[state] ?? coming, null, at, null, quote(text));
}
