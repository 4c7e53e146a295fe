/**
 * One case: what happened in it, and what may be done to it. What is done names the state that was looked at, so that
 * nobody's work is undone unseen; what is sent again carries the same key, so that it is done once.
 */
import * as api from "./api.js";
import { FORMS, allowed, names } from "./acts.js";
import { standing, subject } from "./board.js";
import { find, foreign, h, inert, onX, say, show } from "./dom.js";
import { duration, moment } from "./format.js";
import { texts } from "./texts.js";

export class CaseView {
  #page;
  #me = null;
  #told = null;
  #trouble = "";
  #parts = {};
  #replyKey = null;

  id = null;

  /** `page` gives the desk's time, asks the desk again, and leaves the case. */
  constructor(page) {
    this.#page = page;
    this.#build();
  }

  signIn(me) {
    this.#me = me;
  }

  /** Turns to a case, or to none. */
  open(id) {
    if (id === this.id) return;
    Object.assign(this, { id });
    this.#told = null;
    this.#trouble = texts.caseLoading;
    this.#endReply();
    say(this.#parts.message, "");
    find("act-dialog").close();
    this.#parts.section.hidden = !id;
    if (!id) return;
    this.render();
    this.#parts.title.focus();
    scrollTo({ top: 0 });
  }

  /** Asks the desk for the case anew. */
  async refresh() {
    const { id } = this;
    if (!id) return;
    try {
      const told = await api.readCase(id);
      if (id === this.id) this.#take(told);
    } catch (error) {
      if (error.status === 401 || !(error instanceof api.Refused || error instanceof api.Away)) throw error;
      if (id === this.id) this.#trouble = whyMissing(error);
    }
  }

  #take(told) {
    this.#told = told;
    this.#trouble = "";
    this.render();
  }

  // ---- showing it

  #build() {
    const section = find("case");
    const part = (name, element) => (this.#parts[name] = element);
    part("section", section);
    section.append(
      h("p.way", null, h("button.back", { type: "button", onclick: () => this.#page.leave() }, "← ", texts.back)),
      part("title", h("h2", { id: "case-title", tabindex: -1 })),
      part("state", h("p.case-state")),
      part("buttons", h("div.actions", { role: "group", "aria-label": texts.actions })),
      part("message", h("p.message", { role: "status" })),
      part("reply", h("form.reply", { hidden: true, novalidate: true, onsubmit: (event) => this.#send(event) })),
      h("div.columns", null,
        h("div", null, h("h3", null, texts.timeline), part("timeline", h("ol.timeline"))),
        h("div", null,
          h("h3", null, texts.clocks), part("clocks", h("ul.clocks")),
          h("h3", null, texts.facts), part("facts", h("dl.facts")),
          h("h3", null, texts.history), part("history", h("ul.history")))),
    );
  }

  render() {
    if (!this.id) return;
    const { title, state, buttons, timeline, clocks, facts, history } = this.#parts;
    const told = this.#told;
    show(title, told && [told.priority, subject(told)], () => titleOf(told));
    this.#parts.section.classList.toggle("empty", !told);
    const how = told ? standing(told, this.#page.now()) : { state: "none", words: "" };
    state.dataset.state = how.state;
    show(state, [how, this.#trouble], () => [h("span.mark", { "aria-hidden": "true" }, how.mark), ` ${how.words} ${this.#trouble}`]);
    if (!told) return;
    show(buttons, allowed(this.#me.scope, told), (verbs) => verbs.map((verb) => this.#button(verb)));
    show(timeline, [told.timeline, told.outgoing], () => happened(told).map(entry));
    show(clocks, told.clocks, (all) => all.map(clockLine));
    show(facts, [told, this.#page.teams()], () => factLines(told, new Map(this.#page.teams())));
    show(history, told.customer.cases.filter((each) => each.case_id !== this.id), earlier);
  }

  #button(verb) {
    return h(verb === "reply" ? "button.first" : "button", { type: "button", "data-act": verb, onclick: () => this.start(verb) }, texts[verb]);
  }

  // ---- doing something

  /** Begins an action if the token and the case allow it. */
  async start(verb) {
    if (this.id && !this.#told) await this.refresh();
    if (!this.#told || !allowed(this.#me.scope, this.#told).includes(verb)) return;
    if (verb === "reply") this.#startReply();
    else this.#ask(verb);
  }

  /** Closes what is open: the reply, else the case. */
  escape() {
    if (!this.#parts.reply.hidden) {
      this.#endReply();
      this.#parts.title.focus();
    } else if (this.id) this.#page.leave();
  }

  async #do(verb, body, key, query = {}) {
    const { id } = this;
    const told = await api.act(id, verb, body, { etag: this.#told.etag, key, ...query });
    if (id === this.id && !told.is_dry_run) this.#take({ ...this.#told, ...told.case, etag: `"${told.revision}"` });
    return told;
  }

  /** Says why nothing was done; a case that changed meanwhile is shown as it stands now. */
  async #explain(error) {
    if (error instanceof api.Stale) {
      await this.refresh().catch(() => {});
      return texts.stale;
    }
    if (error instanceof api.Refused) return texts.failed(inert(error.message));
    if (error instanceof api.Away) return error.status === 429 ? texts.tooMany : texts.notSent;
    throw error;
  }

  #ask(verb) {
    const dialog = find("act-dialog");
    const key = api.intention();
    const fault = h("p.fault", { role: "alert" });
    const { title, fields, body } = FORMS[verb];
    const onsubmit = async (event) => {
      event.preventDefault();
      const { values, missing } = body(event.target.elements, this.#page.now());
      if (missing) return say(fault, missing);
      event.submitter.disabled = true;
      try {
        await this.#do(verb, values, key);
        dialog.close();
        this.#say(texts.done[verb]);
      } catch (error) {
        say(fault, await this.#explain(error));
        if (error instanceof api.Stale) this.#say(texts.stale, dialog.close());
      } finally {
        event.submitter.disabled = false;
      }
    };
    const buttons = [h("button.first", { type: "submit" }, texts[verb]), h("button", { type: "button", onclick: () => dialog.close() }, texts.cancel)];
    dialog.replaceChildren(h("form", { novalidate: true, onsubmit }, h("h2", { id: "act-title" }, title), ...fields({ me: this.#me, told: this.#told, teams: this.#page.teams() }), fault, h("div.buttons", null, ...buttons)));
    dialog.showModal();
  }

  #say(words) {
    say(this.#parts.message, words);
    this.#page.refresh();
  }

  // ---- replying

  #startReply() {
    const { reply } = this.#parts;
    if (reply.hidden) {
      const text = h("textarea", { id: "reply-text", rows: 4, dir: "auto", "aria-describedby": "reply-hint reply-fault", oninput: () => this.#changed() });
      const parts = [
        h("h3", null, texts.replyTitle),
        this.#suggestions(text),
        h("label", { for: "reply-text" }, texts.replyText), text,
        h("p.hint", { id: "reply-hint" }, texts.replyHint),
        this.#signers(),
        h("p.fault", { id: "reply-fault", role: "alert" }),
        h("div.preview", { id: "reply-preview", role: "status" }),
        h("div.buttons", null,
          h("button.first", { type: "submit", value: "send" }, texts.send),
          h("button", { type: "submit", value: "check" }, texts.check),
          h("button", { type: "button", onclick: () => this.escape() }, texts.cancel)),
      ];
      reply.replaceChildren(...parts.filter(Boolean));
      reply.hidden = false;
      this.#changed();
    }
    find("reply-text").focus();
  }

  #suggestions(text) {
    const all = this.#told.suggestions ?? [];
    if (!all.length) return null;
    const take = (each) => {
      text.value = each.text;
      this.#changed();
      text.focus();
    };
    const item = (each) => h("li", null, h("button", { type: "button", "aria-label": `${texts.use}: ${texts.spelled(each.response)}`, onclick: () => take(each) }, texts.use), foreign(each.text, "p"));
    return h("section.suggestions", { "aria-label": texts.suggestions }, h("h4", null, texts.suggestions), h("ol", null, ...all.map(item)));
  }

  /** Who leads may sign for others. */
  #signers() {
    const all = names(this.#me);
    if (all.length < 2) return null;
    const mine = this.#told.assignee ?? this.#me.name;
    const options = all.map((name) => h("option", { value: name, selected: name === mine }, inert(name)));
    return h("p.signer", null, h("label", { for: "reply-agent" }, texts.signedBy), " ", h("select", { id: "reply-agent", onchange: () => this.#changed() }, ...options));
  }

  /** Another text is another intention. */
  #changed() {
    this.#replyKey = api.intention();
    find("reply-preview").replaceChildren();
    say(find("reply-fault"), "");
  }

  #endReply() {
    this.#parts.reply.hidden = true;
    this.#parts.reply.replaceChildren();
  }

  async #send(event) {
    event.preventDefault();
    const isCheck = event.submitter?.value === "check";
    const text = find("reply-text").value.trim();
    if (!text) return say(find("reply-fault"), texts.replyEmpty);
    const buttons = this.#parts.reply.querySelectorAll("button");
    buttons.forEach((button) => (button.disabled = true));
    try {
      const body = { text, ...(find("reply-agent") ? { agent: find("reply-agent").value } : {}) };
      const told = await this.#do("reply", body, this.#replyKey, { dry_run: isCheck });
      say(find("reply-fault"), "");
      if (isCheck) find("reply-preview").replaceChildren(h("p", null, texts.wouldPost), foreign(told.outgoing.text, "blockquote"));
      else {
        this.#endReply();
        this.#parts.title.focus();
        this.#say(texts.replyOnItsWay);
      }
    } catch (error) {
      const words = await this.#explain(error);
      if (find("reply-fault")) say(find("reply-fault"), words);
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
  }
}

const whyMissing = (error) => (error instanceof api.Away ? texts.caseAway : error.status === 404 ? texts.caseGone : error.message);

// ---- parts of a case

const titleOf = (told) => (told ? [h(`span.priority.${told.priority.toLowerCase()}`, null, told.priority), " ", foreign(subject(told))] : [texts.caseId]);

function clockLine(clock) {
  const state = texts.clockStates[clock.state](moment(clock.due_at));
  return h("li", { "data-state": clock.state }, h("strong", null, texts.metrics[clock.metric]), ` ${state}`);
}

function factLines(told, teams) {
  const lines = [
    [texts.customer, onX(`https://x.com/i/user/${told.customer_id}`, told.customer_id)],
    [texts.opened, onX(told.url, moment(told.opened_at))],
    [texts.waitingSince, told.waiting_since && moment(told.waiting_since)],
    [texts.assignee, told.assignee ? foreign(told.assignee) : texts.nobody],
    [texts.team, foreign(teams.get(told.team) ?? told.team)],
    [texts.account, told.handle && foreign(`@${told.handle}`)],
    [texts.languageOf, told.language],
    [texts.sentiment, texts.spelled(told.sentiment)],
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
  const seen = new Set(timeline.map((each) => each.post_id).filter(Boolean));
  const coming = outgoing.filter((each) => !seen.has(each.post_id) && each.state !== "refused");
  return [...timeline, ...coming.map((each) => ({ ...each, kind: "OUTGOING", at: each.planned_at }))];
}

const ENTRIES = { POST: post, EDITED: post, DELETED: note, ACTION: note, OUTCOME: note, OUTGOING: outgoing };

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
  const { action } = each;
  return { who: action.by, what: texts.acts[action.act]?.(action, action.until && moment(action.until)) ?? texts.acted };
}

function outgoing(each) {
  const head = [h("strong", null, texts.onItsWay), " ", texts.outgoing(texts.spelled(each.state), each.reason && texts.spelled(each.reason)), " ", when(each)];
  return h("li.post.coming", null, h("p.head", null, ...head), each.text && foreign(each.text, "blockquote"));
}
