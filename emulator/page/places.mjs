// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** Sites, domains and zones with their quotas; switches. */
import { at, folding, h, keep, meter, number, plural, say } from "./dom.mjs";

export function showPlaces(services) {
  const places = Object.values(services).flatMap((service) => service.places);
  say("sites-count", number(places.length));
  keep(at("sites-body"), places, keyOf, placeCard);
}

const keyOf = ({ kind, name, facts: [id] }) => `${kind} ${id ?? name}`;

function placeCard(place) {
  const { kind, name, facts, hosts, tagRules, quotas } = place;
  const used = quotas.filter((quota) => quota.used > 0);
  const rest = quotas.filter((quota) => quota.used === 0);
  return h(
    "article",
    {},
    h("h3", {}, h("span", { class: "kind" }, kind), ` ${name} `, h("small", {}, facts.join(" · "))),
    h("p", { class: "hosts" }, hostList(hosts)),
    tagRules.map(tagRule),
    used.length > 0 ? h("div", { class: "meters" }, used.map(meter)) : "",
    rest.length > 0 ? folding(`quotas ${keyOf(place)}`, unusedTitle(rest, used), () => quotaList(rest)) : "",
  );
}

const unusedTitle = (rest, used) => `${plural(rest.length, used.length > 0 ? "more quota" : "quota")}, not used today`;

const quotaList = (quotas) =>
  h(
    "p",
    { class: "quiet" },
    quotas.map(({ type, limit }) => `${type} ${limit === 0 ? "not in the plan" : number(limit)}`).join(" · "),
  );

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

/** All URLs that somebody may want to visit: each host with each page. */
export function knownUrls(services, pages) {
  const hosts = Object.values(services)
    .flatMap(({ places }) => places.flatMap((place) => place.hosts.map(({ host }) => host)))
    .filter((host) => !host.includes("*"));
  const urls = pages.flatMap(({ host, path }) => (host === "*" ? hosts : [host]).map((one) => `http://${one}${path}`));
  return [...new Set(urls.length > 0 ? urls : hosts.map((host) => `http://${host}/`))];
}

/** The header by which the origin names tags for a host. */
export function tagHeaderOf(services, host) {
  const places = Object.values(services).flatMap((service) => service.places);
  const place = places.find(({ hosts }) => hosts.some((one) => one.host === host));
  return place?.tagRules[0]?.header ?? "Cache-Tag";
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
