// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** The emulator's page: shows a tenant's state each second and its requests as they come. */
import { ask, base, shown } from "./api.mjs";
import { at, h, keep, say } from "./dom.mjs";
import { addEntry, setEntries, showLog } from "./log.mjs";
import { showFaults, showObjects, showPlaces, showSwitches, showTasks } from "./sections.mjs";

const MOST_OBJECTS = 100;
let stream;
let refreshing;
let again = false;

async function attempt(work) {
  try {
    await work();
    say("notice", "");
  } catch (error) {
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
  const [state, faults, { tenants }, { switches }] = await Promise.all([
    ask("/state"),
    ask("/faults"),
    ask("/info"),
    ask("/settings"),
  ]);
  const objects = await Promise.all(
    state.nodes.map(({ name }) => ask(`/edge/objects?limit=${MOST_OBJECTS}&node=${encodeURIComponent(name)}`)),
  );
  const frozen = state.clock.mode === "frozen";
  say("clock", `${state.clock.now.slice(0, 19).replace("T", " ")} UTC`);
  at("clock").classList.toggle("running", !frozen);
  at("clock").title = frozen ? "The clock stands still" : "The clock runs";
  say("freeze", frozen ? "Run the clock" : "Stop the clock");
  at("freeze").dataset.frozen = String(frozen);
  keep(
    at("tenant"),
    tenants,
    (name) => name,
    (name) => h("option", { selected: name === shown.tenant }, name),
  );
  showPlaces(state.services);
  showTasks(state.services);
  showObjects(objects.flat(), state.nodes);
  showFaults(faults, (id) => act(`/faults/${id}`, "DELETE"));
  showSwitches(switches, (name, value) => act("/settings", "PATCH", { switches: { [name]: value } }));
}

const act = (path, method, body) =>
  attempt(async () => {
    await ask(path, method, body);
    await refresh();
  });

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
  const { faultKinds, actions, endpoint, edge, tenant } = await ask("/info");
  at("fault-kind").replaceChildren(...faultKinds.map((kind) => h("option", {}, kind)));
  at("actions").replaceChildren(...actions.map((action) => h("option", { value: action })));
  say("endpoint", endpoint);
  say("key", tenant.keys[0]?.accessKeyId ?? "");
  say("visit", `curl -H "Host: www.example.com" ${edge}/`);
  showExtra();
  await open();
}

/** Some kinds need one more value. */
const extras = {
  error: ["code", "Code"],
  slow: ["delayMs", "Milliseconds"],
  throttle: ["retryAfterMs", "Retry after ms"],
  failTarget: ["reason", "Reason"],
};
const textual = ["code", "reason"];

function showExtra() {
  const extra = extras[at("fault-kind").value];
  at("fault-extra-label").hidden = !extra;
  if (extra) at("fault-extra-label").firstChild.textContent = extra[1];
}

function readFault() {
  const kind = at("fault-kind").value;
  const [name] = extras[kind] ?? [];
  const value = at("fault-extra").value;
  return {
    kind,
    ...(at("fault-action").value ? { action: at("fault-action").value } : {}),
    ...(at("fault-target").value ? { target: at("fault-target").value } : {}),
    ...(at("fault-count").value ? { count: Number(at("fault-count").value) } : {}),
    ...(name && value ? { [name]: textual.includes(name) ? value : Number(value) } : {}),
  };
}

const advance = (ms) => act("/clock/advance", "POST", { ms });
const toggleClock = () => act("/clock", "PUT", { mode: at("freeze").dataset.frozen === "true" ? "real" : "frozen" });
const sections = ["sites", "tasks", "faults", "objects", "log", "switches"];

function goTo(id) {
  at(id).setAttribute("tabindex", "-1");
  at(id).focus({ preventScroll: true });
  at(id).scrollIntoView({ block: "start" });
  const details = at(id).querySelector("details");
  if (details) details.open = true;
}

at("fault-kind").addEventListener("change", showExtra);
at("fault-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void act("/faults", "POST", readFault());
});
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
at("filter").addEventListener("input", showLog);
at("outcome").addEventListener("change", showLog);
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
