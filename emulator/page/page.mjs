// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** The emulator's page: shows a tenant's state each second and its requests as they come. */

const base = location.pathname.replace(/\/$/, "");
const at = (id) => document.getElementById(id);
let tenant = new URLSearchParams(location.search).get("tenant") ?? "default";
let entries = [];
let stream;

function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== ""));
  return element;
}

async function ask(path, method = "GET", body) {
  const tenantHeader = { "x-emulator-tenant": tenant };
  const withBody = () => ({
    headers: { ...tenantHeader, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const response = await fetch(base + path, { method, ...(body ? withBody() : { headers: tenantHeader }) });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : undefined;
  if (!response.ok) throw new Error(answer?.error ?? response.statusText);
  return answer;
}

async function attempt(work) {
  try {
    await work();
    at("notice").textContent = "";
  } catch (error) {
    at("notice").textContent = error.message;
  }
}

/** Replaces content only when it changed, so that focus and selection survive the second's refresh. */
function show(id, key, children) {
  const place = at(id);
  const text = JSON.stringify(key);
  if (place.dataset.key === text) return;
  place.dataset.key = text;
  place.replaceChildren(...[children].flat());
}

const empty = (text) => h("p", { class: "quiet" }, text);
const badge = (text, kind) => h("span", { class: `badge ${kind}` }, text);

function meters(quotas) {
  return h(
    "div",
    { class: "meters" },
    quotas.map(({ type, used, limit }) =>
      h(
        "div",
        { class: "meter" },
        h("div", {}, h("span", {}, type), h("span", {}, `${used} / ${limit}`)),
        h("meter", {
          value: used,
          max: limit || 1,
          high: limit * 0.8,
          "aria-label": `${type}: ${used} of ${limit} used`,
        }),
      ),
    ),
  );
}

function tagRule({ versions, activeVersion = 0 }) {
  return versions.map(({ version, readOnly, tagName, caseInsensitive }) =>
    h(
      "div",
      {},
      `version ${version}${version === activeVersion ? "" : " (not served)"}${readOnly ? ", read-only" : ""}: tags from `,
      h("code", {}, tagName || "Cache-Tag"),
      caseInsensitive === "on" ? ", case ignored" : ", case counts",
      tagName === null ? h("span", { class: "quiet" }, " (never configured)") : "",
    ),
  );
}

function showSites({ esa, cdn, dcdn, teo }) {
  const sites = esa.sites.map((site) => [
    h("h3", {}, `ESA ${site.siteName} `, h("small", {}, `${site.siteId}, ${site.plan}, ${site.records.join(" ")}`)),
    tagRule(site),
    meters(site.quotas),
  ]);
  const zones = teo.zones.map((zone) => [
    h("h3", {}, `EdgeOne ${zone.zoneName} `, h("small", {}, `${zone.zoneId}, ${zone.domains.join(" ")}`)),
    h("div", {}, "tags from ", h("code", {}, zone.tagHeader)),
    meters(zone.quotas),
  ]);
  const twins = [
    ["CDN", cdn],
    ["DCDN", dcdn],
  ].flatMap(([name, { domains, accounts }]) =>
    accounts.map(({ account, quotas }) => {
      const own = domains.filter((domain) => domain.account === account).map(({ domain }) => domain);
      return [h("h3", {}, `${name} `, h("small", {}, `account ${account}: ${own.join(" ")}`)), meters(quotas)];
    }),
  );
  const key = [esa.sites, teo.zones, cdn.domains, cdn.accounts, dcdn.domains, dcdn.accounts];
  show("sites-body", key, [...sites, ...twins, ...zones].flat(2));
}

const stateKinds = { done: "good", failed: "bad", running: "warn", waiting: "quiet" };

function showTasks(services) {
  const tasks = Object.entries(services)
    .flatMap(([service, { tasks = [] }]) => tasks.map((task) => ({ service, ...task })))
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
    .slice(0, 50);
  if (tasks.length === 0)
    return show("tasks-body", [], empty("No task yet. A purge or prefetch shows up here and moves with the clock."));
  const rows = tasks.map(({ service, id, type, kind, method, targets, rows: some, createdAt }) => {
    const worst = some.find(({ state }) => state === "failed") ?? some.find(({ state }) => state !== "done") ?? some[0];
    const what = some[0] ? `${some[0].target || "everything"}${targets > 1 ? ` and ${targets - 1} more` : ""}` : "";
    return h(
      "tr",
      {},
      h("td", {}, createdAt.slice(11, 19)),
      h("td", { class: "mono" }, `${service} ${id}`),
      h("td", {}, `${type.startsWith(kind) ? type : `${kind} ${type}`}${method ? `, ${method}` : ""}`),
      h("td", { class: "mono" }, what),
      h(
        "td",
        {},
        badge(worst?.state ?? "", stateKinds[worst?.state] ?? "quiet"),
        h("progress", { value: worst?.percent ?? 0, max: 100, "aria-label": `${worst?.percent ?? 0} percent` }),
      ),
    );
  });
  const head = ["Time", "Task", "What", "Targets", "State"].map((name) => h("th", { scope: "col" }, name));
  show("tasks-body", tasks, h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)));
}

function showObjects(objects, nodes) {
  const title = nodes.map(({ name, objects: count }) => `${name}: ${count}`).join(", ");
  if (objects.length === 0)
    return show(
      "objects-body",
      title,
      empty(`Nothing is cached (${title}). Visit the edge with a Host header of one of the sites.`),
    );
  const kinds = { fresh: "good", stale: "warn", expired: "bad" };
  const rows = objects.map((object) =>
    h(
      "tr",
      {},
      h("td", {}, object.node),
      h("td", { class: "mono" }, object.host + object.path, object.features ? ` [${object.features}]` : ""),
      h("td", {}, String(object.status)),
      h(
        "td",
        {},
        object.tags.map((tag) => h("span", { class: "tag" }, tag)),
      ),
      h("td", { class: "number" }, `${object.ageSeconds} s`),
      h("td", { class: "number" }, `${object.ttlSeconds} s`),
      h("td", {}, badge(object.state, kinds[object.state])),
    ),
  );
  const head = ["Node", "URL", "Status", "Tags", "Age", "Left", "State"].map((name) =>
    h("th", { scope: "col", class: name === "Age" || name === "Left" ? "number" : undefined }, name),
  );
  show("objects-body", objects, [
    h("p", { class: "quiet" }, title),
    h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)),
  ]);
}

function showFaults(faults) {
  if (faults.length === 0)
    return show("faults-body", [], empty("No fault is on: every call is answered as the cloud would."));
  show(
    "faults-body",
    faults,
    h(
      "ul",
      {},
      faults.map(({ id, fault, hits }) => {
        const details = Object.entries({
          ...fault,
          kind: undefined,
          after: fault.after || undefined,
          probability: fault.probability < 1 ? fault.probability : undefined,
        })
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => `${name} ${value}`);
        return h(
          "li",
          {},
          h("strong", {}, fault.kind),
          ` ${details.join(", ")} — hit ${hits} ${hits === 1 ? "call" : "calls"} `,
          h(
            "button",
            { type: "button", onclick: () => attempt(() => ask(`/faults/${id}`, "DELETE").then(refresh)) },
            "Switch off",
          ),
        );
      }),
    ),
  );
}

function showLog() {
  const wanted = at("filter").value.toLowerCase();
  const fitting = entries.filter((entry) => !wanted || JSON.stringify(entry).toLowerCase().includes(wanted));
  const kinds = { ok: "good", refused: "bad", fault: "warn" };
  at("log-body").replaceChildren(
    ...fitting
      .slice(-200)
      .reverse()
      .map((entry) => {
        const parameters = Object.entries(entry.params)
          .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
          .join(" ");
        const answer = [entry.status || "cut", entry.code, ...entry.faults].filter(Boolean).join(" ");
        return h(
          "tr",
          {},
          h("td", {}, entry.at.slice(11, 23)),
          h("td", {}, `${entry.service} `, h("strong", {}, entry.action)),
          h("td", { class: "mono", title: parameters.slice(0, 2000) }, parameters.slice(0, 400)),
          h("td", {}, badge(answer, kinds[entry.outcome] ?? "quiet")),
          h("td", { class: "number" }, entry.durationMs.toFixed(1)),
        );
      }),
  );
  at("log-count").textContent = `${fitting.length} of ${entries.length}`;
}

async function refresh() {
  const [state, objects, faults] = await Promise.all([ask("/state"), ask("/edge/objects?limit=200"), ask("/faults")]);
  at("clock").textContent = `${state.clock.now.slice(0, 19).replace("T", " ")} UTC, ${state.clock.mode}`;
  at("freeze").setAttribute("aria-pressed", String(state.clock.mode === "frozen"));
  showSites(state.services);
  showTasks(state.services);
  showObjects(objects, state.nodes);
  showFaults(faults);
}

async function open() {
  stream?.close();
  entries = await ask("/requests");
  showLog();
  stream = new EventSource(`${base}/requests/stream?tenant=${encodeURIComponent(tenant)}`);
  stream.addEventListener("request", ({ data }) => {
    entries.push(JSON.parse(data));
    if (entries.length > 2000) entries.splice(0, 500);
    showLog();
    void attempt(refresh);
  });
  await refresh();
}

async function start() {
  const { tenants, faultKinds, actions } = await ask("/info");
  at("tenant").replaceChildren(...tenants.map((name) => h("option", { selected: name === tenant && "" }, name)));
  at("fault-kind").replaceChildren(...faultKinds.map((kind) => h("option", {}, kind)));
  at("actions").replaceChildren(...actions.map((action) => h("option", { value: action })));
  showExtra();
  await open();
}

/** Some kinds need one more value. */
const extras = {
  error: ["code", "Code"],
  slow: ["delayMs", "Milliseconds"],
  throttle: ["retryAfterMs", "Retry after ms"],
};

function showExtra() {
  const extra = extras[at("fault-kind").value];
  at("fault-extra-label").hidden = !extra;
  if (extra) at("fault-extra-label").firstChild.textContent = `${extra[1]} `;
}

at("fault-kind").addEventListener("change", showExtra);
at("fault-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const kind = at("fault-kind").value;
  const fault = { kind };
  if (at("fault-action").value) fault.action = at("fault-action").value;
  if (at("fault-target").value) fault.target = at("fault-target").value;
  if (at("fault-count").value) fault.count = Number(at("fault-count").value);
  const extra = extras[kind];
  const value = at("fault-extra").value;
  if (extra && value) fault[extra[0]] = extra[0] === "code" ? value : Number(value);
  void attempt(async () => {
    await ask("/faults", "POST", fault);
    await refresh();
  });
});
at("tenant").addEventListener("change", ({ target }) => {
  tenant = target.value;
  void attempt(open);
});
at("freeze").addEventListener("click", ({ target }) =>
  attempt(async () => {
    const stopped = target.getAttribute("aria-pressed") === "true";
    await ask("/clock", "PUT", { mode: stopped ? "real" : "frozen" });
    await refresh();
  }),
);
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () =>
    attempt(async () => {
      await ask("/clock/advance", "POST", { ms: Number(button.dataset.advance) });
      await refresh();
    }),
  );
}
at("reset").addEventListener("click", () =>
  attempt(async () => {
    await ask("/reset", "POST");
    await open();
  }),
);
at("clear").addEventListener("click", () =>
  attempt(async () => {
    await ask("/requests", "DELETE");
    entries = [];
    showLog();
  }),
);
at("filter").addEventListener("input", showLog);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT/.test(document.activeElement?.tagName)) return;
  const section = ["sites", "tasks", "faults", "objects", "log"][Number(event.key) - 1];
  if (event.key === "/") {
    event.preventDefault();
    at("filter").focus();
  } else if (section) {
    at(section).setAttribute("tabindex", "-1");
    at(section).focus();
    at(section).scrollIntoView();
  }
});

void attempt(start);
setInterval(() => {
  if (!document.hidden) void attempt(refresh);
}, 1000);
