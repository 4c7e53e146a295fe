/**
 * The page: who is signed in, what is chosen, when the desk is asked again, and which key does what.
 *
 * What is chosen stands in the address behind the #, so that a screen can be bookmarked and the way back works; the
 * token never does. Ages are counted from the desk's own time, so a screen with a wrong clock shows right ones.
 */
import * as api from "./api.js";
import { includes } from "./acts.js";
import { MARKS, showBoard } from "./board.js";
import { CaseView } from "./case.js";
import { button, find, h, inert, list, mark, say, show } from "./dom.js";
import { day, duration, exactTime, moment, setTimeZone } from "./format.js";
import { language, texts } from "./texts.js";

const REFRESH_S = 10;
const REPORT_S = 300;
const LONGEST_WAIT_S = 60;
const STALE_S = 30;
const DAY_S = 86_400;
const ON_A_BOARD = 50;
const MOST_CASES = 100;

const fresh = () => ({ me: null, desk: null, asOf: 0, heardAt: 0, reportedAt: -Infinity, failures: 0, nextAt: 0, isPaused: false });

let session = fresh();
let timer = 0;
let turn = 0;
let keysWork = true;
const caseView = new CaseView({ now, teams, refresh, leave: () => choose({ case: null }) });
let incidentView = null;

/** What is open beside the list: one at a time, or none. */
const openView = () => [caseView, incidentView].find((view) => view?.id);

// ---- time

const clock = () => performance.now() / 1000;
const age = () => clock() - session.heardAt;

/** The desk's own time, in epoch seconds. */
function now() {
  return session.asOf + age();
}

// ---- what is chosen

const chosen = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

function address(changes) {
  const kept = Object.entries({ ...chosen(), ...changes }).filter(([, value]) => value);
  return `#${new URLSearchParams(kept)}`;
}

const choose = (changes) => (location.hash = address(changes));

/** What customers wrote is for those who answer them. */
const mayOpen = () => session.me && includes(session.me.scope, "agent");

function linkToCase(id) {
  return mayOpen() ? address({ case: id, incident: null }) : null;
}

function onChoice() {
  if (!session.me) return;
  const { case: id, incident } = chosen();
  if (id !== caseView.id) {
    const left = caseView.id;
    caseView.open(id && mayOpen() ? id : null);
    if (!caseView.id) rowOf(left)?.focus();
  }
  turnToIncident(caseView.id ? null : (incident ?? null));
  render();
  refresh();
}

/** What shows incidents is loaded when one is first opened: on most days there is none. */
async function turnToIncident(id) {
  if (incidentView || !id) return incidentView?.open(id);
  const { IncidentView } = await import("./incident.js").catch(() => ({}));
  if (!IncidentView || !session.me) return choose({ incident: null });
  incidentView ??= new IncidentView({ now, teams, refresh, link: linkToCase, leave: () => choose({ incident: null }) });
  incidentView.me = session.me;
  onChoice();
}

// ---- signing in and out

const token = find("token"), fault = find("token-fault");

async function enter(event) {
  event.preventDefault();
  if (!token.value.trim()) return refuse(texts.tokenMissing);
  api.signIn(token.value.trim());
  try {
    session = { ...fresh(), me: await api.me() };
  } catch (error) {
    return refuse(whyNot(error));
  }
  token.value = "";
  say(fault, "");
  begin();
}

const whyNot = (error) => ({ 401: texts.tokenRefused, 403: texts.tokenTooSmall })[error.status] ?? (error instanceof api.Away ? texts.signInAway : error.message);

function refuse(words) {
  api.signOut();
  say(fault, words);
  token.setAttribute("aria-invalid", "true");
  token.focus();
}

function begin() {
  const { brand, time_zone: zone } = session.me;
  setTimeZone(zone);
  say(find("brand"), inert(brand));
  token.removeAttribute("aria-invalid");
  for (const view of [caseView, incidentView]) if (view) view.me = session.me;
  showSignIn(false);
  onChoice();
  find("content").focus();
}

function leave(words = "") {
  clearTimeout(timer);
  turn += 1; // an answer that is still on its way comes too late
  api.signOut();
  session = fresh();
  caseView.open(null);
  incidentView?.open(null);
  for (const id of ["figures", "teams", "warnings"]) find(id).replaceChildren();
  showSignIn(true);
  say(fault, words);
  token.focus();
}

function showSignIn(isOut) {
  find("sign-in").hidden = !isOut;
  find("bar").hidden = isOut;
  find("skip").hidden = isOut;
  find("board").hidden = true;
  document.title = isOut ? "MentionDesk" : document.title;
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}

// ---- asking the desk

/** Asks again now, and from then on every few seconds; after a failure ever more rarely. */
async function refresh() {
  clearTimeout(timer);
  if (!session.me || session.isPaused || document.hidden) return;
  const mine = ++turn;
  try {
    const told = await ask();
    if (mine === turn) heard(told);
  } catch (error) {
    if (mine === turn) notHeard(error);
  }
}

function heard({ asOf, ...desk }) {
  announce(session.desk?.queue.counts, desk.queue.counts);
  if (desk.today !== session.desk?.today) session.reportedAt = clock();
  Object.assign(session, { desk, asOf, heardAt: clock(), failures: 0 });
  plan(REFRESH_S);
}

function notHeard(error) {
  if (error.status === 401) return leave(texts.tokenRefused);
  session.failures += 1;
  plan(pause(session.failures, error.retryAfter));
  if (!(error instanceof api.Away)) throw error;
}

/** Doubled each time, spread by a fifth so that many screens do not come back at once. */
const pause = (failures, retryAfter = 0) =>
  Math.max(retryAfter, Math.min(LONGEST_WAIT_S, (REFRESH_S / 2) * 2 ** failures) * (0.9 + Math.random() / 5));

function plan(seconds) {
  clearTimeout(timer);
  session.nextAt = clock() + seconds;
  timer = setTimeout(refresh, seconds * 1000);
  render();
}

async function ask() {
  const { team, show: state = "waiting" } = chosen();
  const [{ queue, cases }, figures] = await Promise.all([api.board(filter(state, team)), reports(), openView()?.refresh()]);
  const first = paged(cases, team);
  const { shown, cut } = team ? first : await completed(first, queue, state);
  return { ...figures, queue, cases: shown, cut, asOf: cases.as_of };
}

const filter = (state, team, limit = team ? MOST_CASES : ON_A_BOARD) => ({ team, limit, state: state === "open" ? null : state });

const paged = ({ cases, next_cursor: more }, team) => ({ shown: cases, cut: more ? new Set([team ?? null]) : new Set() });

/** Where the first page is full, teams that are not on it are asked for by name: none looks idle that is not. */
async function completed(first, queue, state) {
  if (!first.cut.size) return first;
  const teams = queue.teams.filter((each) => each.counts.open).map((each) => each.team);
  const pages = await Promise.all(teams.map(async (team) => paged(await api.cases(filter(state, team, ON_A_BOARD)), team)));
  return { shown: pages.flatMap((each) => each.shown), cut: new Set(pages.flatMap((each) => [...each.cut])) };
}

/** Figures of whole days are asked for every five minutes only: they are the dearest, and move slowly. */
async function reports() {
  const asked = session;
  if (clock() - asked.reportedAt < REPORT_S) return { today: asked.desk.today, day: asked.desk.day };
  const today = await api.report();
  const both = await api.report({ from: day(today.as_of - DAY_S), to: day(today.as_of) });
  return { today, day: both };
}

function announce(before, after) {
  const isNews = before && (after.breaching !== before.breaching || after.waiting > before.waiting);
  if (isNews) say(find("said"), texts.newly(after.breaching, after.waiting));
}

// ---- showing it

function render() {
  if (!session.me) return;
  showBar();
  showWarnings();
  const { desk } = session;
  const { team, case: current } = chosen();
  document.body.dataset.view = openView() ? "case" : "board";
  document.body.toggleAttribute("data-stale", Boolean(desk) && age() > STALE_S);
  find("board").hidden = !desk;
  openView()?.render();
  if (!desk) return;
  const link = mayOpen() ? linkToCase : null;
  showBoard(desk, { now: now(), team, current, link, incident: (id) => address({ case: null, incident: id }) });
  document.title = `${desk.queue.counts.breaching ? `▲ ${desk.queue.counts.breaching} · ` : ""}${inert(session.me.brand)}`;
}

function showBar() {
  const { desk, isPaused } = session;
  const { team = "", show: state = "waiting" } = chosen();
  offer(find("team"), [["", texts.allTeams], ...teams()], team);
  offer(find("show"), Object.entries(texts.shows), state);
  say(find("pause"), isPaused ? texts.resume : texts.pause);
  say(find("freshness"), desk ? (isPaused ? texts.paused : texts.asOf)(exactTime(desk.queue.as_of)) : "");
}

function teams() {
  return (session.desk?.queue.teams ?? []).map((each) => [each.team, each.title]);
}

function offer(select, options, value) {
  show(select, options, () => options.map(([name, title]) => h("option", { value: name }, inert(title))));
  if (select.value !== value) select.value = value;
}

function showWarnings() {
  const all = [trouble(), ...(session.desk ? [postingOff(session.desk.queue), budgetSpent(session.desk.queue)] : [])];
  const warnings = all.filter(Boolean);
  find("warnings").hidden = warnings.length === 0;
  const make = ({ kind }) => h(`p.warning.${kind}`, mark("▲ "), h("span"));
  list(find("warnings"), warnings, (each) => each.kind, make, (element, each) => say(element.lastChild, each.words));
}

/** What is wrong with the page's own knowledge; told to screen readers once, not at every second. */
function trouble() {
  const old = session.desk && duration(age());
  let words = null;
  if (!navigator.onLine) words = texts.offline(old ?? texts.nothing);
  else if (session.failures) words = texts.away(duration(session.nextAt - clock()), old);
  else if (session.isPaused && age() > STALE_S) words = texts.pausedLong(old);
  if (Boolean(words) !== Boolean(session.isTroubled) && words) say(find("said"), words);
  session.isTroubled = Boolean(words);
  return words && { kind: "away", words };
}

function postingOff({ posting }) {
  if (posting.is_on) return null;
  return { kind: "posting", words: posting.by ? texts.postingOffBy(inert(posting.by), moment(posting.since)) : texts.postingOff };
}

function budgetSpent({ budget }) {
  const words = texts.budget[budget.stage]?.(budget.until ? moment(budget.until) : texts.laterOn);
  return words && { kind: "budget", words };
}

// ---- keys

const rows = () => [...document.querySelectorAll("#teams .row")].filter((row) => row.offsetParent);
const rowOf = (id) => rows().find((row) => row.dataset.case === id);

function step(by) {
  const all = rows();
  const here = all.indexOf(document.activeElement) >= 0 ? document.activeElement : rowOf(caseView.id);
  const place = here ? all.indexOf(here) + by : by > 0 ? 0 : all.length - 1;
  all[Math.min(all.length - 1, Math.max(0, place))]?.focus();
}

function openIncident() {
  const first = session.desk?.queue.incidents[0];
  if (first) choose({ case: null, incident: first.incident_id });
}

const IN_AN_INCIDENT = { reply: "publish", resolve: "resolveIncident" };

async function start(verb) {
  const row = document.activeElement?.closest?.(".row");
  if (row?.dataset.case && row.dataset.case !== caseView.id) {
    choose({ case: row.dataset.case });
    onChoice();
  }
  await (incidentView?.id ? incidentView.start(IN_AN_INCIDENT[verb]) : caseView.start(verb));
}

function togglePause() {
  session.isPaused = !session.isPaused;
  clearTimeout(timer);
  render();
  refresh();
}

const VERBS = { a: "assign", r: "reply", e: "resolve", s: "snooze", n: "note" };
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  i: openIncident,
  p: togglePause,
  "?": showHelp,
};

function onKey(event) {
  if (!session.me || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return openView()?.escape();
  if (!keysWork || event.target.closest("input, textarea, select")) return;
  const [verb, does] = [VERBS[event.key], KEYS[event.key]];
  if (!verb && !does) return;
  event.preventDefault();
  if (verb) start(verb);
  else does();
}

function showHelp() {
  const dialog = find("help-dialog");
  show(dialog, keysWork, () => help(dialog));
  dialog.showModal();
}

function help(dialog) {
  const works = h("input", { type: "checkbox", checked: keysWork, onchange: (event) => (keysWork = event.target.checked) });
  const signs = { breaching: texts.legendLate, imminent: texts.legendSoon, pending: texts.legendCalm };
  return [
    h("h2", { id: "help-title" }, texts.helpTitle),
    h("dl.keys", Object.entries(texts.keys).map(([key, does]) => h("div", h("dt", h("kbd", key)), h("dd", does)))),
    h("label.check", works, ` ${texts.keysOn}`),
    h("h3", texts.legend),
    h("ul.legend", Object.entries(signs).map(([state, means]) => h("li", { "data-state": state }, mark(MARKS[state]), ` ${means}`)), h("li", texts.priorities)),
    button({ class: "first", onclick: () => dialog.close() }, texts.close),
  ];
}

// ---- the page itself

function label() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = texts[element.dataset.text];
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", texts[element.dataset.label]);
}

label();
showSignIn(true);
token.focus();
const on = (id, event, does) => find(id).addEventListener(event, does);
on("sign-in-form", "submit", enter);
on("leave", "click", () => leave());
on("pause", "click", togglePause);
on("help", "click", showHelp);
on("team", "change", (event) => choose({ team: event.target.value }));
on("show", "change", (event) => choose({ show: event.target.value }));
on("skip", "click", (event) => {
  event.preventDefault();
  find("content").focus();
});
addEventListener("hashchange", onChoice);
addEventListener("online", refresh);
addEventListener("offline", render);
document.addEventListener("visibilitychange", refresh);
document.addEventListener("keydown", onKey);
setInterval(render, 1000);
