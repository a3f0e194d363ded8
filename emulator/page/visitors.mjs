// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** What visitors get: one row for each URL, one column for each node, and what the origin has. */
import { at, badge, h, keep, number, say, span } from "./dom.mjs";

const MOST_ROWS = 60;
const FLASH_MS = 1600;
/** When this page first saw a purge take a copy, so that a redrawn cell goes on flashing where it was. */
const seen = new Map();
let drawn = false;

export function showVisitors({ events, objects, pages, nodes, now, visit, choose }) {
  const first = !drawn;
  drawn = true;
  const visits = events.filter(({ kind }) => kind === "visit");
  const rows = rowsOf(events, objects, pages);
  const copies = nodes.reduce((sum, node) => sum + node.objects, 0);
  const hits = visits.filter(({ cache }) => cache === "HIT").length;
  const counted =
    visits.length === 0
      ? ""
      : `${number(hits)} of ${visits.length === 1 ? "1 visit" : `the last ${number(visits.length)} visits`} from the cache · `;
  const cut = rows.length > MOST_ROWS ? ` · ${MOST_ROWS} of ${number(rows.length)} URLs shown` : "";
  say(
    "visitors-count",
    rows.length === 0 ? "" : `${counted}${number(copies)} ${copies === 1 ? "copy" : "copies"}${cut}`,
  );
  keep(at("visits-head"), ["URL", "Origin has", ...nodes.map(({ name }) => name), ""], (name) => name, headCell);
  const shown = rows.slice(0, MOST_ROWS).map((row) => ({
    ...row,
    cells: nodes.map(({ name }) => cellOf(row, name, now, first)),
  }));
  keep(
    at("visits-body"),
    shown,
    ({ key }) => key,
    (row) => urlRow(row, visit, choose),
  );
}

const headCell = (name) => (name === "" ? h("td", { class: "head" }) : h("th", { scope: "col" }, name));

/** What was visited first is last: rows stay where they are while people visit again. */
function rowsOf(events, objects, pages) {
  const rows = new Map();
  const rowAt = (host, path) => {
    const key = `${host}${path}`;
    if (!rows.has(key)) rows.set(key, { key, host, path, visits: {}, purges: {}, copies: {}, tags: [] });
    return rows.get(key);
  };
  for (const object of objects) {
    const row = rowAt(object.host, object.path);
    (row.copies[object.node] ??= []).push(object);
    if (object.tags.length > 0) row.tags = object.tags;
  }
  for (const event of events) {
    if (event.kind === "visit") rowAt(event.host, event.path).visits[event.node] = event;
    else for (const url of event.urls) if (rows.has(url)) rows.get(url).purges[event.node] = event;
  }
  for (const row of rows.values()) {
    const page = pages.find(({ host, path }) => host === row.host && path === row.path);
    row.origin = page ?? pages.find(({ host, path }) => host === "*" && path === row.path);
  }
  return [...rows.values()].sort((a, b) => firstVisit(b) - firstVisit(a));
}

const firstVisit = ({ visits }) => Math.min(...Object.values(visits).map(({ seq }) => seq), Infinity);

function cellOf({ visits, purges, copies, origin }, node, now, first) {
  const visit = visits[node];
  const purge = purges[node];
  const order = purge && `${purge.requestId} ${purge.seq}`;
  // what happened before the page was opened does not flash
  if (order && !seen.has(order)) seen.set(order, first ? -FLASH_MS : performance.now());
  const flashed = order ? performance.now() - seen.get(order) : FLASH_MS;
  const ago = (event) => span(Math.max(0, Math.floor((now - Date.parse(event.at)) / 1000)));
  return {
    node,
    cache: visit?.cache,
    status: visit?.status,
    excerpt: visit?.excerpt,
    ago: visit && ago(visit),
    outdated: visit?.excerpt !== undefined && origin?.excerpt !== undefined && visit.excerpt !== origin.excerpt,
    purged: purge && (!visit || purge.at >= visit.at) ? { ago: ago(purge), mode: purge.mode } : undefined,
    flash: flashed < FLASH_MS ? Math.round(flashed) : undefined,
    copies: (copies[node] ?? []).map(({ state, ageSeconds, ttlSeconds, features }) => ({
      state,
      features,
      age: span(ageSeconds),
      left: span(ttlSeconds),
    })),
  };
}

function urlRow({ host, path, tags, origin, cells }, visit, choose) {
  const url = `http://${host}${path}`;
  const name = `${host}${path}`;
  return h(
    "tr",
    {},
    h(
      "td",
      { class: "url" },
      h(
        "button",
        { type: "button", class: "link mono", "data-focus": `choose ${name}`, onclick: () => choose(url, tags) },
        host,
        h("b", {}, path),
      ),
      h(
        "div",
        {},
        tags.map((tag) => h("span", { class: "tag" }, tag)),
      ),
    ),
    h(
      "td",
      { class: "text", "data-label": "Origin has" },
      origin ? quote(origin) : h("span", { class: "quiet" }, "no page"),
    ),
    cells.map(nodeCell),
    h(
      "td",
      { class: "number" },
      h(
        "button",
        { type: "button", "data-focus": `visit ${name}`, "aria-label": `Visit ${name}`, onclick: () => visit(url) },
        "Visit",
      ),
    ),
  );
}

const quote = ({ excerpt, bytes }) => excerpt || h("span", { class: "quiet" }, `${number(bytes)} bytes`);

function nodeCell({ node, cache, status, excerpt, ago, outdated, purged, flash, copies }) {
  const cell = h(
    "td",
    { class: flash === undefined ? "node" : "node flash", "data-label": node },
    h(
      "div",
      { class: "served" },
      cache ? h("span", { class: `cache ${cache.toLowerCase()}` }, cache) : h("span", { class: "quiet" }, "no visit"),
      status === undefined || status === 200 ? "" : badge(String(status), "bad"),
      ago ? h("small", {}, `${ago} ago`) : "",
    ),
    excerpt
      ? h(
          "div",
          { class: outdated ? "text old" : "text" },
          excerpt,
          outdated ? h("small", {}, " older than the origin") : "",
        )
      : "",
    purged
      ? h("div", { class: "purged" }, `${purged.mode === "delete" ? "purged" : "invalidated"} ${purged.ago} ago`)
      : "",
    copies.map(copyLine),
    copies.length === 0 && cache ? h("small", {}, "no copy") : "",
  );
  if (flash !== undefined) cell.style.animationDelay = `-${flash}ms`;
  return cell;
}

function copyLine({ state, features, age, left }) {
  const what = {
    fresh: `copy ${age} old, ${left} left`,
    stale: `copy ${age} old, stale`,
    expired: `copy ${age} old, to be revalidated`,
  };
  return h("small", { class: `copy ${state}` }, what[state], features ? ` (${features})` : "");
}
