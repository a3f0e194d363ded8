// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** The request log: the newest calls, as they come. */
import { at, badge, h, keep, number, opening, plural, say } from "./dom.mjs";
import { folded, single } from "./fold.mjs";

const MOST_KEPT = 2000;
const MOST_SHOWN = 200;
let entries = [];
let due = false;

export function setEntries(all) {
  entries = all.slice(-MOST_KEPT);
  showLog();
}

/** The calls by their request ids. */
export const requestsById = () => new Map(entries.map((entry) => [entry.requestId, entry]));

export function addEntry(entry) {
  entries.push(entry);
  if (entries.length > MOST_KEPT * 1.25) entries = entries.slice(-MOST_KEPT);
  // thousands of calls a second are drawn once a frame
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    showLog();
  });
}

export function showLog() {
  const wanted = at("filter").value.toLowerCase();
  const outcome = at("outcome").value;
  const fitting = entries.filter(
    (entry) =>
      (!outcome || entry.outcome === outcome) && (!wanted || JSON.stringify(entry).toLowerCase().includes(wanted)),
  );
  const filtered =
    fitting.length < entries.length ? `${number(fitting.length)} of ${number(entries.length)}` : number(entries.length);
  say("log-count", entries.length === 0 ? "" : filtered);
  say("log-empty", entries.length === 0 ? "No request yet." : "No request fits the filter.");
  const folds = at("fold").checked ? folded(fitting) : single(fitting);
  keep(at("log-body"), folds.slice(-MOST_SHOWN).reverse(), ({ calls: [first] }) => first.seq, logRows);
}

const kinds = { ok: "good", refused: "bad", fault: "warn" };

function logRows({ calls }) {
  const entry = calls.at(-1);
  const parameters = Object.entries(entry.params).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const answer = [entry.status || "connection cut", entry.code].filter(Boolean).join(" ");
  const faults =
    entry.faults.length > 0 ? h("small", {}, ` ${entry.faults.join(", ")}${entry.executed ? "; it ran" : ""}`) : "";
  const times = calls.length > 1 ? h("span", { class: "times" }, `× ${number(calls.length)}`) : "";
  const cells = [
    h("td", { class: "nowrap" }, entry.at.slice(11, 23)),
    h(
      "td",
      { class: "nowrap", "data-label": "Action" },
      h("span", { class: "kind" }, entry.service),
      " ",
      h("b", {}, entry.action),
      times,
    ),
    h("td", { class: "nowrap", "data-label": "Answer" }, badge(answer, kinds[entry.outcome]), faults),
    h(
      "td",
      { class: "mono cut", "data-label": "Parameters" },
      parameters.map(([name, value]) => [h("small", {}, `${name}=`), `${value.slice(0, 300)} `]),
    ),
    h("td", { class: "number", "data-label": "ms" }, entry.durationMs.toFixed(1)),
  ];
  const { seq } = calls[0];
  return opening(`request ${seq}`, `request ${seq}, ${entry.action}`, cells, () => details(calls, parameters, answer));
}

function details(calls, parameters, answer) {
  const entry = calls.at(-1);
  const own = [
    ["answer", entry.response ? JSON.stringify(entry.response, null, 2) : answer],
    ["request id", entry.requestId],
    ["key", `${entry.accessKeyId} of account ${entry.account}`],
    ["carried out", entry.executed ? "yes" : "no"],
    ...(calls.length > 1
      ? [
          [
            "asked",
            `${plural(calls.length, "time")}, last shown: ${calls.map(({ at: moment }) => moment.slice(11, 23)).join(", ")}`,
          ],
        ]
      : []),
  ];
  return h(
    "dl",
    {},
    parameters.map(([name, value]) => [h("dt", {}, name), h("dd", {}, h("pre", {}, value))]),
    own.map(([name, value]) => [h("dt", { class: "own" }, name), h("dd", {}, h("pre", {}, value))]),
  );
}
