// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** The emulator's page: shows a tenant's state each second and its requests as they come. */
import { ask, base, shown } from "./api.mjs";
import { at, h, keep, say } from "./dom.mjs";
import { offerFaults, readFault, showFaults, showKind } from "./faults.mjs";
import { addEntry, requestsById, setEntries, showLog } from "./log.mjs";
import { knownUrls, showPlaces, showSwitches, tagHeaderOf } from "./places.mjs";
import { showTasks } from "./tasks.mjs";
import { showVisitors } from "./visitors.mjs";

const MOST_OBJECTS = 100;
const MOST_EVENTS = 500;
let stream;
let refreshing;
let again = false;
let services = {};

/** The attempt whose trouble is told. */
let told;

async function attempt(work) {
  try {
    await work();
    // The refresh of each second takes back only what a refresh told, not the answer to a click.
    if (work === refresh && told !== refresh) return;
    told = undefined;
    say("notice", "");
  } catch (error) {
    told = work;
    say("notice", error instanceof TypeError ? "The emulator does not answer. Trying again…" : error.message);
  }
}

/** One at a time; who asks meanwhile gets a second one behind it. */
function refresh() {
  if (refreshing) {
    again = true;
    return refreshing;
  }
  refreshing = draw().finally(() => {
    refreshing = undefined;
    if (again) {
      again = false;
      setTimeout(() => void attempt(refresh), 100);
    }
  });
  return refreshing;
}

async function draw() {
  const [state, events, pages, faults, { tenants }, { switches }] = await Promise.all([
    ask("/state"),
    ask(`/edge/log?limit=${MOST_EVENTS}`),
    ask("/origin/pages"),
    ask("/faults"),
    ask("/info"),
    ask("/settings"),
  ]);
  const objects = await Promise.all(
    state.nodes.map(({ name }) => ask(`/edge/objects?limit=${MOST_OBJECTS}&node=${encodeURIComponent(name)}`)),
  );
  services = state.services;
  showClock(state.clock);
  options("tenant", tenants, shown.tenant);
  options("node", ["every node", ...state.nodes.map(({ name }) => name)], at("node").value || "every node");
  const urls = knownUrls(services, pages);
  keep(at("urls"), urls.slice(0, 500), String, (url) => h("option", { value: url }));
  if (at("url").value === "") at("url").value = urls.find((url) => url.startsWith("http://www.")) ?? urls[0] ?? "";
  const now = Date.parse(state.clock.now);
  showVisitors({ events, objects: objects.flat(), pages, nodes: state.nodes, now, visit, choose });
  showTasks({ services, events, requests: requestsById() });
  showFaults(faults, (id) => act(`/faults/${id}`, "DELETE"));
  showPlaces(services);
  showSwitches(switches, (name, value) => act("/settings", "PATCH", { switches: { [name]: value } }));
}

function showClock({ mode, now }) {
  const frozen = mode === "frozen";
  say("clock", `${now.slice(0, 19).replace("T", " ")} UTC`);
  at("clock").classList.toggle("running", !frozen);
  at("clock").title = frozen ? "The clock stands still" : "The clock runs";
  say("freeze", frozen ? "Run the clock" : "Stop the clock");
  at("freeze").dataset.frozen = String(frozen);
}

const options = (id, names, chosen) =>
  keep(at(id), names, String, (name) => h("option", { selected: name === chosen }, name));

const act = (path, method, body) =>
  attempt(async () => {
    await ask(path, method, body);
    await refresh();
  });

const visit = (url) => {
  const node = at("node").selectedIndex > 0 ? { node: at("node").value } : {};
  return act("/edge/visits", "POST", { url, ...node });
};

/** Takes a row's URL and tags into the forms. */
function choose(url, tags) {
  at("url").value = url;
  at("tags").value = tags.join(", ");
  at("content").focus();
}

function publish() {
  const { hostname: host, pathname, search } = new URL(at("url").value);
  const tags = at("tags").value.trim();
  const headers = tags === "" ? {} : { [tagHeaderOf(services, host)]: tags };
  return act("/origin/pages", "PUT", [{ host, path: pathname + search, body: at("content").value, headers }]);
}

async function open() {
  stream?.close();
  setEntries(await ask("/requests"));
  stream = new EventSource(`${base}/requests/stream?tenant=${encodeURIComponent(shown.tenant)}`);
  stream.addEventListener("request", ({ data }) => {
    addEntry(JSON.parse(data));
    void attempt(refresh);
  });
  await refresh();
}

async function start() {
  const info = await ask("/info");
  offerFaults(info);
  say("endpoint", info.endpoint);
  say("key", info.tenant.keys[0]?.accessKeyId ?? "");
  say("visit", `curl -H "Host: www.example.com" ${info.edge}/`);
  await open();
}

const advance = (ms) => act("/clock/advance", "POST", { ms });
const toggleClock = () => act("/clock", "PUT", { mode: at("freeze").dataset.frozen === "true" ? "real" : "frozen" });
const sections = ["visitors", "tasks", "log", "faults", "sites", "switches"];

function goTo(id) {
  at(id).setAttribute("tabindex", "-1");
  at(id).focus({ preventScroll: true });
  at(id).scrollIntoView({ block: "start" });
  const details = at(id).querySelector(":scope > details");
  if (details) details.open = true;
}

const onSubmit = (id, work) =>
  at(id).addEventListener("submit", (event) => {
    event.preventDefault();
    void work();
  });
onSubmit("visit-form", () => visit(at("url").value));
onSubmit("publish-form", publish);
onSubmit("fault-form", () => act("/faults", "POST", readFault()));
at("fault-kind").addEventListener("change", showKind);
at("tenant").addEventListener("change", ({ target }) => {
  shown.tenant = target.value;
  history.replaceState(null, "", target.value === "default" ? "." : `?tenant=${encodeURIComponent(target.value)}`);
  void attempt(start);
});
at("freeze").addEventListener("click", toggleClock);
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => advance(Number(button.dataset.advance)));
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
    setEntries([]);
  }),
);
for (const [id, event] of [
  ["filter", "input"],
  ["outcome", "change"],
  ["fold", "change"],
])
  at(id).addEventListener(event, showLog);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT/.test(document.activeElement?.tagName)) return;
  const section = sections[Number(event.key) - 1];
  if (section) goTo(section);
  else if (event.key === "s") void toggleClock();
  else if (event.key === "+") void advance(1000);
  else if (event.key === "/") {
    event.preventDefault();
    at("filter").focus();
  }
});

void attempt(start);
setInterval(() => {
  if (!document.hidden) void attempt(refresh);
}, 1000);
