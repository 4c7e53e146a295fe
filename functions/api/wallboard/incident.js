/**
 * One incident: how many write beside what is usual, what was done about it, and what may be done. Whoever leads decides.
 */
import * as api from "./api.js";
import { includes } from "./acts.js";
import { check, field, hint, why, words } from "./asking.js";
import { MARKS, standing, subject } from "./board.js";
import { foreign, h, inert, onX, say, show, svg } from "./dom.js";
import { count, duration, moment, time } from "./format.js";
import { texts } from "./texts.js";
import { View, entry, facts, quote } from "./view.js";

const GOES_ON = new Set(["declared", "monitoring"]);

const isNameless = ({ topic, terms, links }) => !topic && !terms.length && !links.length;
const split = (text) => text.split(",").map((term) => term.trim()).filter(Boolean);

/** Every action in the order of its button, and when it makes sense. */
const WHEN = {
  declare: ({ stage }) => stage === "suspected",
  publish: ({ stage, closed_at: closed }) => (GOES_ON.has(stage) || stage === "resolved") && !closed,
  resolveIncident: ({ stage }) => GOES_ON.has(stage),
  dismiss: ({ stage }) => stage === "suspected" || GOES_ON.has(stage),
};
const PATHS = { declare: "declare", publish: "status-posts", resolveIncident: "resolve", dismiss: "dismiss" };

const FORMS = {
  declare: {
    title: texts.declareTitle,
    fields: ({ told }) => [
      hint(texts.declareHint),
      isNameless(told) && field("terms", texts.terms, "input", { autocomplete: "off" }),
      field("label", texts.label, "input", { value: inert(told.label), maxlength: 80, autocomplete: "off" }),
      words(texts.whyText),
    ],
    body: ({ label, terms, text }) => {
      const named = terms ? { terms: split(terms.value) } : {};
      return { values: { ...named, label: label.value.trim() || null, ...why(text) }, missing: terms && !named.terms.length ? texts.termsMissing : null };
    },
  },
  resolveIncident: {
    title: texts.resolveIncidentTitle,
    fields: ({ told }) => [hint(texts.resolveIncidentHint(told.joined)), check("replies", texts.replies(told.held), told.held > 0), words(texts.whyText)],
    body: ({ replies, text }) => ({ values: { replies: replies.checked, ...why(text) } }),
  },
  dismiss: { title: texts.dismissTitle, fields: () => [hint(texts.dismissHint), words(texts.whyText)], body: ({ text }) => ({ values: why(text) }) },
};

export class IncidentView extends View {
  #cases = [];
  forms = FORMS;

  constructor(page) {
    super(page, {
      name: "incident",
      first: ["declare", "publish"],
      columns: [
        [["chart", texts.volume, "figure.chart"], ["posts", texts.statusPosts, "ol.timeline"], ["changes", texts.timeline, "ol.timeline"], ["examples", texts.examples, "ol.timeline"]],
        [["facts", texts.facts, "dl.facts"], ["cases", texts.itsCases, "ul.history"]],
      ],
      post: { name: "status", send: (text, key, isCheck) => this.act("publish", { text }, key, { dry_run: isCheck }), sent: texts.done.publish },
    });
  }

  /** Reads it, and its first cases when there are others. */
  async read(id) {
    const told = await api.readIncident(id);
    if (told.joined !== this.told?.joined) this.#cases = (await api.incidentCases(id)).cases;
    return told;
  }

  allowed() {
    return includes(this.me.scope, "lead") ? Object.keys(WHEN).filter((verb) => WHEN[verb](this.told)) : [];
  }

  showHead(told) {
    const { title, state } = this.parts;
    const kind = told ? tone(told.stage) : "none";
    show(title, told?.label ?? texts.incident, (label) => foreign(label));
    state.dataset.state = kind;
    say(state, [...(told ? [MARKS[kind], texts.stageOf(told.stage, moment(told.since)), texts.seen(told.evidence)] : []), this.trouble].filter(Boolean).join(" "));
  }

  showAll(told) {
    const { chart, posts, changes, examples, facts: known, cases } = this.parts;
    show(chart, told.volume, drawn);
    show(posts, [told.status_posts, told.draft], () => statusPosts(told));
    show(changes, told.changes, (all) => all.map(change));
    show(examples, told.examples, (all) => all.map(example));
    show(known, told, factLines);
    show(cases, [this.#cases, told.joined], () => this.#caseLines(told));
  }

  #caseLines({ joined }) {
    const lines = this.#cases.map((each) => {
      const link = this.page.link(each.case_id);
      const what = [each.priority, " ", foreign(subject(each))];
      return h("li", link ? h("a", { href: link }, ...what) : h("span", ...what), ` ${standing(each, this.page.now()).words}`);
    });
    const more = joined - lines.length;
    if (!lines.length) return h("li", texts.noCasesYet);
    return more > 0 ? [...lines, h("li", texts.more(more))] : lines;
  }

  writing() {
    return { title: texts.publishTitle, label: texts.publishText, hint: texts.publishHint, send: texts.publishNow, text: this.told.draft?.text };
  }

  async act(verb, values, key, query = {}) {
    const done = await api.actOnIncident(this.id, PATHS[verb], values, { etag: this.told.etag, key, ...query });
    if (!done.is_dry_run) await this.refresh();
    return done;
  }
}

// ---- parts of an incident

const tone = (stage) => ({ declared: "breaching", suspected: "imminent", monitoring: "imminent" })[stage] ?? "none";

const WIDE = 6, HIGH = 60;

/** Bars of what was written, the part above the usual in another colour, under the line of what is usual. */
function drawn(columns) {
  if (!columns.length) return h("p.hint", texts.noVolume);
  const most = Math.max(1, ...columns.map((each) => Math.max(each.posts, each.expected)));
  const y = (amount) => HIGH - (amount / most) * HIGH;
  const bar = (kind, place, from, to) => to > from && svg("rect", { class: kind, x: place * WIDE, y: y(to), width: WIDE - 1, height: y(from) - y(to) });
  const bars = columns.flatMap(({ posts, expected }, place) => [bar("usual", place, 0, Math.min(posts, expected)), bar("above", place, expected, posts)]);
  const line = columns.map(({ expected }, place) => `${place ? "L" : "M"}${place * WIDE} ${y(expected)}h${WIDE - 1}`).join("");
  const last = columns.at(-1);
  const peak = columns.reduce((best, each) => (each.posts > best.posts ? each : best));
  return [
    svg("svg", { viewBox: `0 0 ${columns.length * WIDE} ${HIGH}`, preserveAspectRatio: "none", role: "img", "aria-label": texts.volumeSpoken(peak, time(peak.begins), time(columns[0].begins), time(last.begins + last.seconds)) }, ...bars, svg("path", { d: line })),
    h("p.axis.note", h("span", time(columns[0].begins)), h("span", texts.volumeNote(columns[0].seconds / 60, count(peak.posts))), h("span", time(last.begins + last.seconds))),
  ];
}

const statusPost = ({ text, approved_by: by, approved_at: at, url, refused, lost_at: lost }) =>
  entry("post.ours", by, url ? texts.published : refused ? texts.refused(refused) : lost ? texts.approvedAndLost : texts.approved, at, url, quote(text));

function statusPosts({ status_posts: all, draft: next }) {
  const shown = [...all.filter((each) => each.approved_by).map(statusPost), next && draft(next)].filter(Boolean);
  return shown.length ? shown : h("li", texts.noStatusPosts);
}

const draft = ({ text }) => entry("post.coming", texts.draft, null, null, null, quote(text));

const change = ({ at, stage, by, reason }) => entry("note", by, texts.changed[stage], at, null, reason && foreign(reason, "p"));

const example = ({ url, text }) => h("li.post.theirs", h("p.head", onX(url, texts.openPost)), quote(text));

const after = (seconds) => seconds !== null && duration(seconds);

const factLines = ({ measures: took, ...told }) =>
  facts([
    [texts.topicOf, told.topic && foreign(texts.topic(told.topic))],
    [texts.itsWords, told.terms.length > 0 && foreign(told.terms.join(", "))],
    [texts.joined, count(told.joined)],
    [texts.held, count(told.held)],
    [texts.toldByIt, count(told.answered)],
    [texts.saved, texts.savedOf(took.posts_saved, took.usd_saved)],
    [texts.peak, texts.seen(told.peak)],
    [texts.toDeclare, after(took.to_declare_seconds)],
    [texts.toStatusPost, after(took.to_status_post_seconds)],
    [texts.toResolve, after(took.to_resolve_seconds)],
    [texts.closedAt, told.closed_at && moment(told.closed_at)],
  ]);
