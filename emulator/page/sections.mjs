// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** What the page shows of a tenant's state; the request log is in log.mjs. */
import { at, badge, h, keep, meter, number, opening, say, span } from "./dom.mjs";

const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

export function showPlaces(services) {
  const places = Object.values(services).flatMap((service) => service.places);
  say("sites-count", number(places.length));
  keep(at("sites-body"), places, ({ kind, name, facts: [id] }) => `${kind} ${id ?? name}`, placeCard);
}

function placeCard({ kind, name, facts, hosts, tagRules, quotas }) {
  const inPlan = quotas.filter(({ limit, used }) => limit > 0 || used > 0);
  const without = quotas.filter(({ limit, used }) => limit === 0 && used === 0).map(({ type }) => type);
  return h(
    "article",
    {},
    h("h3", {}, h("span", { class: "kind" }, kind), ` ${name} `, h("small", {}, facts.join(" · "))),
    h("p", { class: "hosts" }, hostList(hosts)),
    tagRules.map(tagRule),
    h("div", { class: "meters" }, inPlan.map(meter)),
    without.length > 0 ? h("p", { class: "quiet" }, `Not in the plan: ${without.join(", ")}`) : "",
  );
}

function hostList(hosts) {
  if (hosts.length === 0) return h("span", { class: "quiet" }, "no host yet");
  return hosts.flatMap(({ host, note }, index) => [
    index === 0 ? "" : ", ",
    h("code", {}, host),
    note ? ` (${note})` : "",
  ]);
}

function tagRule({ version, header, caseInsensitive, note }) {
  return h(
    "p",
    {},
    version === undefined ? "" : h("span", { class: "quiet" }, `version ${version}: `),
    "tags from ",
    h("code", {}, header),
    caseInsensitive ? ", case ignored" : ", case counts",
    note ? h("span", { class: "quiet" }, ` (${note})`) : "",
  );
}

const stateKinds = { done: "good", failed: "bad", running: "warn", waiting: "quiet" };

export function showTasks(services) {
  const tasks = Object.entries(services)
    .flatMap(([service, { tasks: own = [] }]) => own.map((task, index) => ({ service, index, ...task })))
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.index - b.index));
  const states = tasks.map(stateOf);
  const counted = ["waiting", "running", "failed", "done"]
    .map((state) => [state, states.filter((other) => other === state).length])
    .filter(([, count]) => count > 0);
  say("tasks-count", counted.map(([state, count]) => `${number(count)} ${state}`).join(", "));
  const key = ({ service, id, scope, type, createdAt, targets }) =>
    [service, id, scope, type, createdAt, targets].join(" ");
  keep(at("tasks-body"), tasks.slice(0, 60), key, (task) => taskRows(key(task), task));
}

function stateOf({ rows }) {
  const has = (state) => rows.some((row) => row.state === state);
  return has("running") ? "running" : has("waiting") ? "waiting" : has("failed") ? "failed" : "done";
}

function taskRows(key, task) {
  const { service, id, type, kind, method, targets, rows, createdAt } = task;
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
      { class: "nowrap" },
      h("span", { class: "kind" }, service),
      ` ${what}`,
      h("small", {}, kind === "purge" ? ` ${method}` : ""),
    ),
    h(
      "td",
      { class: "mono cut" },
      h(
        "div",
        { class: "pair" },
        h("span", {}, rows[0]?.target || "everything"),
        targets > 1 ? h("small", {}, `and ${number(targets - 1)} more`) : "",
      ),
    ),
    h("td", { class: "mono nowrap" }, id),
    h("td", { class: "number" }, createdAt.slice(11, 19)),
  ];
  return opening(`task ${key}`, `task ${id}`, cells, () => [
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

/** One row for each URL, one column for each node: which copies there are, and what they are worth. */
export function showObjects(objects, nodes) {
  const total = nodes.reduce((sum, node) => sum + node.objects, 0);
  const places = nodes.length === 1 ? nodes[0].name : `${nodes.length} nodes`;
  const cut = total > objects.length ? `, ${number(objects.length)} shown` : "";
  say("objects-count", total === 0 ? "" : `${number(total)} on ${places}${cut}`);
  const head = ["URL", "Tags", ...nodes.map(({ name, objects: count }) => `${name} (${number(count)})`)];
  keep(
    at("objects-head"),
    head,
    (name) => name,
    (name) => h("th", { scope: "col" }, name),
  );
  const byUrl = new Map();
  for (const { node, ...object } of objects) {
    const key = `${object.host}${object.path} ${object.features}`;
    const row = byUrl.get(key) ?? { ...object, copies: {} };
    (row.copies[node] ??= []).push(object);
    byUrl.set(key, row);
  }
  const rows = [...byUrl].map(([key, row]) => ({ key, nodes: nodes.map(({ name }) => name), ...row }));
  keep(at("objects-body"), rows, ({ key }) => key, objectRow);
}

const freshness = { fresh: "good", stale: "warn", expired: "bad" };

function objectRow({ host, path, features, status, tags, copies, nodes }) {
  return h(
    "tr",
    {},
    h(
      "td",
      { class: "mono wide" },
      host,
      h("b", {}, path),
      features ? h("small", {}, ` ${features}`) : "",
      status === 200 ? "" : [" ", badge(String(status), "warn")],
    ),
    h(
      "td",
      {},
      tags.length > 0 ? tags.map((tag) => h("span", { class: "tag" }, tag)) : h("span", { class: "quiet" }, "none"),
    ),
    nodes.map((node) =>
      h(
        "td",
        { class: "nowrap" },
        (copies[node] ?? []).map(({ state, ageSeconds, ttlSeconds }) =>
          h(
            "div",
            {},
            badge(state, freshness[state]),
            h("small", {}, ` ${span(ageSeconds)} old${state === "fresh" ? `, ${span(ttlSeconds)} left` : ""}`),
          ),
        ),
        copies[node] ? "" : h("span", { class: "quiet" }, "–"),
      ),
    ),
  );
}

export function showFaults(faults, switchOff) {
  say("faults-count", faults.length === 0 ? "" : `${number(faults.length)} on`);
  keep(
    at("faults-body"),
    faults,
    ({ id }) => id,
    ({ id, fault, hits }) => {
      const quiet = {
        kind: undefined,
        after: fault.after || undefined,
        probability: fault.probability < 1 ? fault.probability : undefined,
      };
      const details = Object.entries({ ...fault, ...quiet }).filter(([, value]) => value !== undefined);
      const over = fault.count !== undefined && hits >= fault.count;
      return h(
        "li",
        {},
        badge(fault.kind, over ? "quiet" : "warn"),
        h("span", { class: "grow" }, details.map(([name, value]) => `${name} ${value}`).join(", ")),
        h(
          "span",
          { class: "quiet" },
          `${hits === 0 ? "no hit yet" : `hit ${plural(hits, "call")}`}${over ? ", used up" : ""}`,
        ),
        h(
          "button",
          { type: "button", "data-focus": id, "aria-label": `Switch ${fault.kind} off`, onclick: () => switchOff(id) },
          "Switch off",
        ),
      );
    },
  );
}

export function showSwitches(switches, set) {
  const changed = switches.filter(({ value, values }) => value !== values[0]).length;
  say(
    "switches-count",
    changed === 0
      ? `${number(switches.length)}, all as usual`
      : `${number(changed)} of ${number(switches.length)} changed`,
  );
  keep(
    at("switches-body"),
    switches,
    ({ name }) => name,
    ({ name, value, values, about }) => {
      const options = values.map((each) => h("option", { selected: each === value }, each));
      const select = h("select", { "data-focus": name, onchange: ({ target }) => set(name, target.value) }, options);
      return h(
        "label",
        { class: value === values[0] ? "" : "changed" },
        h("code", {}, name),
        select,
        h("span", { class: "quiet" }, withCode(about)),
      );
    },
  );
}

/** What stands between backticks is set as code. */
const withCode = (text) => text.split("`").map((part, index) => (index % 2 === 0 ? part : h("code", {}, part)));
