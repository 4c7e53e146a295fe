/**
 * The board: the figures that a room reads, and the cases by team, the most urgent on top. It asks nobody for anything.
 */
import { find, foreign, h, inert, list, mark, say, show, svg } from "./dom.js";
import { count, duration, hourOfWeek, lasting, percent } from "./format.js";
import { texts } from "./texts.js";

const HOUR = 3600;
const HOURS_SHOWN = 24;
export const MARKS = { breaching: "▲", imminent: "◆", pending: "●", none: "○" };

/** How a case stands, in a mark, a word and a name for its colour. */
export function standing(each, now) {
  const state = each.sla_state ?? "none";
  return { state, mark: MARKS[state], words: words(each, now) };
}

function words(each, now) {
  if (each.status === "resolved" || each.status === "closed") return texts[each.status];
  if (each.sla_state === "breaching") return each.late_since ? texts.late(lasting(now - each.late_since)) : texts.breaching;
  if (each.due_at !== null) return texts.dueIn(lasting(each.due_at - now));
  return each.status === "answered" ? texts.answered : texts.noClock;
}

/** Shows what the desk last answered; `view` is the desk's time, the team and case that were chosen, and `link`. */
export function showBoard(desk, view) {
  showFigures(desk, view);
  showTeams(desk, view);
}

// ---- figures

function showFigures({ queue, cases, today, day }, { now, incident }) {
  const tiles = [
    ...queue.incidents.map((each) => incidentTile(each, now, incident)),
    waitingTile(queue.counts),
    soonTile(queue, now),
    lateTile(queue.counts, cases, now),
    oldestTile(queue, now),
    ...(today ? [coverageTile(today.coverage), responseTile(today.responses.answerable)] : []),
    ...(day ? [arrivalsTile(day, now)] : []),
  ];
  list(find("figures"), tiles, (each) => each.key ?? each.name, makeTile, changeTile);
}

/** What many write about stands above all else, and leads to the incident. */
const incidentTile = (each, now, link) => ({
  name: "incident",
  key: each.incident_id,
  title: texts.stages[each.stage],
  figure: inert(each.label),
  note: texts.incidentNote(lasting(now - each.since), each),
  alert: each.stage === "declared",
  href: link(each.incident_id),
});

const tile = (name, figure, note, more) => ({ name, title: texts[name], figure, note, ...more });

const waitingTile = ({ waiting, open, answered }) => tile("waiting", count(waiting), texts.waitingNote(open, answered));

function soonTile({ counts, next_due: next }, now) {
  const note = next ? texts.imminentNote(lasting(next.at - now)) : texts.imminentNone;
  return tile("imminent", count(counts.imminent), note, { alert: counts.imminent > 0 });
}

function lateTile({ breaching }, cases, now) {
  const since = Math.min(...cases.map((each) => each.late_since ?? Infinity));
  const some = Number.isFinite(since) ? texts.breachingNote(lasting(now - since)) : texts.breachingSome;
  return tile("breaching", count(breaching), breaching ? some : texts.breachingNone, { alert: breaching > 0 });
}

function oldestTile({ oldest_waiting: oldest, teams }, now) {
  if (!oldest) return tile("oldest", texts.nothing, texts.oldestNone);
  return tile("oldest", lasting(now - oldest.at), texts.oldestNote(oldest.priority, titleOf(teams, oldest.team)));
}

const titleOf = (teams, name) => teams.find((team) => team.team === name)?.title ?? name;

const coverageTile = ({ share, answered, answerable }) =>
  tile("coverage", percent(share), answerable ? texts.coverageNote(answered, answerable) : texts.coverageNone);

const responseTile = ({ median_seconds: median, p90_seconds: p90, answered }) =>
  tile("response", duration(median), answered ? texts.responseNote(duration(p90), answered) : texts.responseNone);

function arrivalsTile(day, now) {
  const bars = arrivals(day.heat_map, now);
  const all = bars.reduce((sum, bar) => sum + bar.cases, 0);
  const most = bars.reduce((best, bar) => (bar.cases > best.cases ? bar : best));
  const note = all ? `${texts.arrivalsAll(all)}, ${texts.arrivalsPeak(most.cases, most.hour)}` : texts.arrivalsAll(0);
  return tile("arrivals", null, note, { bars, spoken: texts.arrivalsSpoken(all, most.cases, most.hour) });
}

/** New cases in each of the last 24 hours of the brand's clock, the present one last. */
export function arrivals(heatMap, now) {
  const cells = new Map(heatMap.map((cell) => [`${cell.weekday}.${cell.hour}`, cell.cases]));
  return Array.from({ length: HOURS_SHOWN }, (_, place) => {
    const { weekday, hour } = hourOfWeek(now - (HOURS_SHOWN - 1 - place) * HOUR);
    const cases = cells.get(`${weekday}.${hour}`) ?? 0;
    cells.delete(`${weekday}.${hour}`); // an hour that the clocks repeat is counted once
    return { hour: `${String(hour).padStart(2, "0")}:00`, cases };
  });
}

const makeTile = ({ name, href }) =>
  href ? h(`a.tile.${name}`, { href }, h("strong"), h("span.figure"), h("span.note")) : h(`article.tile.${name}`, h("h2"), h("p.figure"), h("p.note"));

function changeTile(element, { title, figure, note, alert, bars, spoken, href }) {
  const [heading, value, under] = element.children;
  element.classList.toggle("alert", Boolean(alert));
  say(heading, title);
  if (bars) show(value, bars.map((bar) => bar.cases), () => sparkline(bars, spoken));
  else show(value, figure, href ? (label) => foreign(label) : figured);
  if (href) element.href = href;
  say(under, note);
}

/** A figure with its units set smaller: "2 h 10 min", "97 %". */
const figured = (figure) =>
  figure.split(" ").map((part, place) => (place % 2 ? h("small", ` ${part} `) : part));

function sparkline(bars, spoken) {
  const most = Math.max(1, ...bars.map((bar) => bar.cases));
  const drawn = bars.map((bar, place) => {
    const height = bar.cases ? Math.max(2, (bar.cases / most) * 30) : 0.75;
    return svg("rect", { x: place * 5, y: 32 - height, width: 4, height, rx: 0.6, class: place === bars.length - 1 ? "present" : null });
  });
  return svg("svg", { viewBox: "0 0 119 32", preserveAspectRatio: "none", role: "img", "aria-label": spoken }, ...drawn);
}

// ---- teams

function showTeams({ queue, cases, cut }, view) {
  const teams = queue.teams.filter((each) => !view.team || each.team === view.team);
  const isCut = ({ team }) => cut.has(team);
  const panels = teams.map((each) => ({ ...each, isCut: isCut(each), cases: cases.filter(({ team }) => team === each.team) }));
  list(find("teams"), panels, (panel) => panel.team, makePanel, (element, panel) => changePanel(element, panel, view));
}

const makePanel = ({ team }) =>
  h("section.team", { "aria-labelledby": `team-${team}` }, h("h2", { id: `team-${team}` }), h("p.note"), h("ol"), h("p.more"));

function changePanel(panel, { title, counts, cases, isCut }, view) {
  const [heading, note, rows, more] = panel.children;
  say(heading, title);
  say(note, texts.teamNote(counts.open, counts.breaching, counts.imminent));
  list(rows, cases, (each) => each.case_id, () => makeRow(view.link), (row, each) => changeRow(row, each, view));
  rows.hidden = cases.length === 0;
  say(more, cases.length ? (isCut ? texts.firstOnly(cases.length) : "") : counts.open ? texts.noneOfThese : texts.noCases);
}

/** A row opens its case if the token may see what customers wrote; else it can only be read. */
const makeRow = (link) => h("li", link ? h("a.row") : h("div.row", { tabindex: 0 }));

function changeRow(item, each, { now, current, link }) {
  const row = item.firstElementChild;
  const { state, mark: sign, words: how } = standing(each, now);
  row.dataset.state = state;
  row.dataset.case = each.case_id;
  if (link) row.href = link(each.case_id);
  if (each.case_id === current) row.setAttribute("aria-current", "true");
  else row.removeAttribute("aria-current");
  const since = each.waiting_since;
  const value = [each.priority, sign, how, subject(each), since ? texts.waitingFor(lasting(now - since)) : "", details(each)];
  show(row, value, ([priority, , , what, waits, more]) => [
    h(`span.priority.${priority.toLowerCase()}`, priority),
    h("span.subject", foreign(what)),
    h("span.state", mark(sign), ` ${how}`),
    h("span.details", [waits, ...more].filter(Boolean).flatMap((part) => [foreign(part, "bdi"), " "])),
  ]);
}

export const subject = ({ category, topic }) => inert(texts.caseTitle(category, topic));

const details = ({ handle, language, posts, assignee, viral }) =>
  [...viral.map(({ fact, figure }) => texts.viral[fact](figure)), handle && `@${handle}`, language, posts > 1 && texts.posts(posts), assignee && texts.assignedTo(assignee)].filter(Boolean);
