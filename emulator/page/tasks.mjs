// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** Tasks: how far they are, whose they are, and how many copies they took at which node. */
import { at, badge, h, keep, number, opening, plural, say } from "./dom.mjs";

const MOST_TASKS = 60;
const stateKinds = { done: "good", failed: "bad", running: "warn", waiting: "quiet" };

/** `requests`: the calls of the log by request id. */
export function showTasks({ services, events, requests }) {
  const tasks = Object.entries(services)
    .flatMap(([service, { tasks: own = [] }]) => own.map((task, index) => ({ service, index, ...task })))
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.index - b.index));
  const states = tasks.map(stateOf);
  const counted = ["waiting", "running", "failed", "done"]
    .map((state) => [state, states.filter((other) => other === state).length])
    .filter(([, count]) => count > 0);
  say("tasks-count", counted.map(([state, count]) => `${number(count)} ${state}`).join(", "));
  const purges = Map.groupBy(
    events.filter(({ kind }) => kind === "purge"),
    ({ requestId }) => requestId,
  );
  const shown = tasks.slice(0, MOST_TASKS).map((task) => ({
    ...task,
    taken: takenBy(purges.get(task.requestId) ?? []),
    by: requests.get(task.requestId)?.accessKeyId ?? `account ${task.account}`,
    action: requests.get(task.requestId)?.action,
  }));
  const key = ({ service, id, scope, type, createdAt, targets }) =>
    [service, id, scope, type, createdAt, targets].join(" ");
  keep(at("tasks-body"), shown, key, (task) => taskRows(key(task), task));
}

function stateOf({ rows }) {
  const has = (state) => rows.some((row) => row.state === state);
  return has("running") ? "running" : has("waiting") ? "waiting" : has("failed") ? "failed" : "done";
}

/** Copies by node, over all orders of a call. */
function takenBy(purges) {
  const byNode = {};
  for (const { node, objects } of purges) byNode[node] = (byNode[node] ?? 0) + objects;
  return byNode;
}

function taskRows(key, task) {
  const { service, id, type, kind, method, targets, rows, createdAt, taken, by, action } = task;
  const state = stateOf(task);
  const failed = rows.filter((row) => row.state === "failed").length;
  const percent = Math.min(...rows.map((row) => row.percent));
  const bar = h("progress", { value: percent, max: 100, "aria-label": `${percent} percent` });
  const label = state === "failed" && targets > 1 ? `${number(failed)} of ${number(targets)} failed` : state;
  const what = kind === "purge" && !type.startsWith("purge") ? `purge ${type}` : type.replaceAll("_", " ");
  const cells = [
    h("td", { class: "state" }, badge(label, stateKinds[state]), state === "running" || state === "waiting" ? bar : ""),
    h(
      "td",
      { class: "nowrap", "data-label": "What" },
      h("span", { class: "kind" }, service),
      ` ${what}`,
      h("small", {}, kind === "purge" ? ` ${method}` : ""),
    ),
    h(
      "td",
      { class: "mono cut", "data-label": "Targets" },
      h(
        "div",
        { class: "pair" },
        h("span", {}, rows[0]?.target || "everything"),
        targets > 1 ? h("small", {}, `and ${number(targets - 1)} more`) : "",
      ),
    ),
    h(
      "td",
      { class: "nowrap", "data-label": "Copies taken" },
      kind === "purge" ? takenText(taken) : h("small", {}, "–"),
    ),
    h("td", { class: "mono nowrap", "data-label": "By" }, by),
    h("td", { class: "number", "data-label": "At" }, createdAt.slice(11, 19)),
  ];
  return opening(`task ${key}`, `task ${id}`, cells, () => [
    h(
      "p",
      {},
      "Task ",
      h("code", {}, id),
      action ? [" of ", h("b", {}, action)] : "",
      ", request ",
      h("code", {}, task.requestId),
    ),
    h(
      "ul",
      { class: "plain" },
      rows.map((row) =>
        h("li", {}, badge(row.state, stateKinds[row.state]), " ", h("code", {}, row.target || "everything")),
      ),
    ),
    targets > rows.length ? h("p", { class: "quiet" }, `and ${plural(targets - rows.length, "target")} more`) : "",
  ]);
}

function takenText(taken) {
  const nodes = Object.entries(taken);
  if (nodes.length === 0) return h("small", {}, "not yet");
  return nodes.flatMap(([node, count], index) => [
    index === 0 ? "" : ", ",
    h("b", { class: count > 0 ? "took" : "quiet" }, number(count)),
    h("small", {}, ` ${node}`),
  ]);
}
