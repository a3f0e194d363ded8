// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** Faults: the form that switches one on, and those that are on, each with what it does. */
import { at, badge, h, keep, number, plural, say } from "./dom.mjs";

/** Some kinds need one more value. */
const extras = {
  error: ["code", "Code"],
  slow: ["delayMs", "Milliseconds"],
  throttle: ["retryAfterMs", "Retry after ms"],
  failTarget: ["reason", "Reason"],
};
const textual = ["code", "reason"];
let texts = {};

export function offerFaults({ faultKinds, faultTexts, actions }) {
  texts = faultTexts;
  at("fault-kind").replaceChildren(...faultKinds.map((kind) => h("option", {}, kind)));
  at("actions").replaceChildren(...actions.map((action) => h("option", { value: action })));
  showKind();
}

export function showKind() {
  const kind = at("fault-kind").value;
  const extra = extras[kind];
  at("fault-extra-label").hidden = !extra;
  if (extra) at("fault-extra-label").firstChild.textContent = extra[1];
  say("fault-about", texts[kind] ?? "");
}

export function readFault() {
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

export function showFaults(faults, switchOff) {
  say("faults-count", faults.length === 0 ? "" : `${number(faults.length)} on`);
  keep(
    at("faults-body"),
    faults,
    ({ id }) => id,
    ({ id, fault, hits }) => {
      const over = fault.count !== undefined && hits >= fault.count;
      const met = hits === 0 ? "no hit yet" : `hit ${plural(hits, "call")}`;
      return h(
        "li",
        {},
        badge(fault.kind, over ? "quiet" : "warn"),
        h("span", { class: "grow" }, `${whichCalls(fault)}. `, h("span", { class: "quiet" }, texts[fault.kind] ?? "")),
        h("span", { class: "quiet" }, `${met}${over ? ", used up" : ""}`),
        h(
          "button",
          { type: "button", "data-focus": id, "aria-label": `Switch off ${fault.kind}`, onclick: () => switchOff(id) },
          "Switch off",
        ),
      );
    },
  );
}

const scope = ["kind", "service", "action", "target", "count", "after", "probability"];

/** In words, which calls it hits; what else it says, by name. */
function whichCalls(fault) {
  const { service, action, target, count, after, probability } = fault;
  const calls = [service, action].filter(Boolean).join(" ") || "Any call";
  const rest = Object.entries(fault).filter(([name, value]) => !scope.includes(name) && value !== undefined);
  return [
    calls,
    target === undefined ? "" : ` with “${target}”`,
    count === undefined ? "" : `, ${plural(count, "time")}`,
    after ? `, after ${plural(after, "call")}` : "",
    probability < 1 ? `, ${Math.round(probability * 100)} % of them` : "",
    rest.map(([name, value]) => `, ${name} ${value}`).join(""),
  ].join("");
}
