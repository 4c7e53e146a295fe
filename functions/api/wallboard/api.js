/**
 * Every request to the desk, and nothing else. The token lives in this module's memory: it ends with the tab.
 *
 * Addresses are relative, so that the page works wherever the API answers. Failures are three, for they ask for three
 * things: `Refused` (look at what was sent), `Stale` (look again), `Away` (try again; nothing is known).
 */
let token = null;

export class Refused extends Error {
  constructor(problem) {
    super(problem.faults?.map(({ detail, mending }) => [detail, mending].filter(Boolean).join(" ")).join(" ") || problem.detail || problem.title);
    this.status = problem.status;
  }
}

export class Stale extends Refused {}

export class Away extends Error {
  constructor(answer) {
    super("away");
    this.status = answer?.status;
    this.retryAfter = Number(answer?.headers.get("Retry-After")) || 0;
  }
}

const TIMEOUT_MS = 15_000;
const AGAIN_LATER = new Set([429, 502, 503, 504]);

export const signIn = (given) => (token = given);
export const signOut = () => (token = null);

export const me = () => get("me");
export const board = (filter) => get("board", filter);
export const cases = (filter) => get("cases", filter);
export const report = (period = {}) => get("reports/sla", period);

/** Gives one of `things` with the revision that a change must name. */
const read = (things) => async (id) => {
  const answer = await send("GET", `${things}/${id}`);
  return { ...(await answer.json()), etag: answer.headers.get("ETag") };
};

export const readCase = read("cases");
export const readIncident = read("incidents");
export const readCustomer = read("customers");

export const incidentCases = (id) => get(`incidents/${id}/cases`, { limit: 20 });

/** A name for one intention; sent again with it, an action is done once. */
export const intention = () => crypto.randomUUID();

/** Does something to one of `things` as it stood at `etag`; a `query` may ask for a dry run. */
const actOn = (things) => (id, verb, body, how) => write("POST", `${things}/${id}/${verb}`, body, how);

export const act = actOn("cases");
export const actOnIncident = actOn("incidents");

export const changeCustomer = (id, body, how) => write("PATCH", `customers/${id}`, body, how);

export const erase = (id, key) => write("POST", `customers/${id}/erase`, {}, { key });

async function write(method, path, body, { etag, key, ...query }) {
  const headers = { "Idempotency-Key": key, "Content-Type": "application/json", ...(etag && { "If-Match": etag }) };
  return (await send(method, path, { query, headers, body: JSON.stringify(body) })).json();
}

const get = async (path, query) => (await send("GET", path, { query })).json();

async function send(method, path, { query = {}, headers = {}, body } = {}) {
  const address = new URL(path, document.baseURI.split("#")[0]);
  address.search = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  const request = {
    method,
    body,
    headers: { ...headers, Authorization: `Bearer ${token}` },
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  const answer = await fetch(address, request).catch(() => { throw new Away(); });
  if (!answer.ok) throw await failure(answer);
  return answer;
}

async function failure(answer) {
  if (answer.status >= 500 || AGAIN_LATER.has(answer.status)) return new Away(answer);
  const problem = { status: answer.status, ...(await answer.json().catch(() => ({ title: answer.statusText }))) };
  return answer.status === 412 ? new Stale(problem) : new Refused(problem);
}
