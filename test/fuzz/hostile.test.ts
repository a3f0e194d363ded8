/**
 * Ten thousand hostile inputs for every resource and the configuration, as Check takes them from the engine: each is
 * refused in a few lines, without delay and never as a bug; or it is taken, and then it is what a browser would ask for.
 */
import { domainToASCII } from "node:url";
import { machine } from "../../provider/src/engine/process/machine.ts";
import { lifecycle } from "../../provider/src/engine/protocol/lifecycle.ts";
import { newCall, type Call } from "../../provider/src/engine/protocol/rpc.ts";
import { Session } from "../../provider/src/engine/protocol/session.ts";
import { state } from "../../provider/src/engine/protocol/state.ts";
import { valueMap, type Value } from "../../provider/src/engine/wire/values.ts";
import { edgecache } from "../../provider/src/provider.ts";
import schema from "../../provider/schema.json" with { type: "json" };
import { expect, test } from "vitest";

const count = 10_000;
const longestMs = 100;

/** A generator of its own (mulberry32), so that every run tries the same. */
function dice(seed: number): (below: number) => number {
  let now = seed;
  return (below) => {
    now = (now + 0x6d2b79f5) | 0;
    let mixed = Math.imul(now ^ (now >>> 15), 1 | now);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const fragments = [
  ...Array.from("\u0000\n\r\t\u001B\u007F\u0085\u200B\u200D\u202E\uFEFF\u00A0\u2028\u00AD%\\#?@:*,;|&<>\"'`{}[]^ ~"),
  ...Array.from("äöß产密🙂\uD800"),
  "%00",
  "%zz",
  "%25",
  "%2e%2e",
  "..",
  "//",
  "/./",
  "&amp;",
  "&#x41;",
  "${x}",
  "%!s(int=1)",
  "[object Object]",
  "\u001B[2J",
  "http://",
  "https://a.example/",
  "www.",
  "xn--",
  "-",
  ".",
  "0",
  "undefined",
  "null",
  "__proto__",
  "constructor",
  '{"Url":',
  "<script>",
  "' OR 1=1",
  "$(id)",
  "../../etc/passwd",
  "CR\r\nLF: x",
  "1e999",
];
const bases = [
  "http://www.example.com/a",
  "https://www.example.com/a%20b?c=d",
  "www.example.com",
  "http://www.example.com/",
  "tag",
  "5407498413000",
  "zone-2o1xvpmq7nn1",
  "file",
  "Regex",
  "",
  "https://img.example.com/(a|b)*",
];

function hostileText(below: (n: number) => number): string {
  let text = bases[below(bases.length)] ?? "";
  for (let times = below(4); times > 0; times--) {
    const at = below(text.length + 1);
    const fragment = fragments[below(fragments.length)] ?? "";
    const repeated = below(2_000) === 0 ? fragment.repeat(100_000) : fragment.repeat(1 + below(3));
    text = text.slice(0, at) + repeated + text.slice(at);
  }
  return text;
}

function hostileValue(below: (n: number) => number, depth = 0): Value {
  switch (below(depth > 2 ? 4 : 9)) {
    case 0:
      return [0, -1, 1.5, 2 ** 53, 1e308, -0, Number.NaN, Number.POSITIVE_INFINITY][below(8)] ?? 0;
    case 1:
      return below(3) === 0 ? null : below(2) === 0;
    case 4:
      return Array.from({ length: below(4) }, () => hostileValue(below, depth + 1));
    case 5:
      return valueMap([[hostileText(below), hostileValue(below, depth + 1)]]);
    case 6:
      return valueMap(Array.from({ length: below(50) }, () => [hostileText(below), hostileText(below)] as const));
    case 7:
      return Array.from({ length: below(60) }, () => hostileText(below));
    default:
      return hostileText(below);
  }
}

const resources = Object.entries(schema.resources).map(([token, { inputProperties }]) => ({
  token,
  names: Object.keys(inputProperties),
}));

interface Checked {
  readonly inputs?: { readonly [key: string]: Value } | undefined;
  readonly failures?:
    | readonly ({ readonly property?: string | undefined; readonly reason?: string | undefined } | undefined)[]
    | undefined;
}

test(`${count.toLocaleString("en")} hostile inputs`, { timeout: 120_000 }, async () => {
  const session = new Session(
    edgecache,
    {
      ...machine,
      connectEngine: () => ({ write: () => Promise.resolve(), requireVersion: () => Promise.resolve() }),
    },
    [],
    "here",
  );
  const handle = async (work: (call: Call) => Promise<Checked>): Promise<{ checked: Checked; ms: number }> => {
    const begun = process.cpuUsage();
    const checked = await work(newCall(new AbortController(), session.secrets));
    const { user, system } = process.cpuUsage(begun);
    return { checked, ms: (user + system) / 1000 };
  };
  // Modules are loaded when they are first asked for.
  for (const { token } of resources) await handle((call) => state.Check.handle(session, asked(token, {}), call));
  const below = dice(20_261_128);
  const wrong: string[] = [];
  let taken = 0;
  for (let number = 0; number < count; number++) {
    const { token, names } = resources[below(resources.length)] ?? { token: "", names: [] };
    const given = programFor(names, below);
    const work = (call: Call): Promise<Checked> =>
      below(20) === 0
        ? lifecycle.CheckConfig.handle(session, { urn: "", type: "", news: given }, call)
        : state.Check.handle(session, asked(token, given), call);
    let { checked, ms } = await handle(work);
    // Whoever cleared memory meanwhile is not taken for a slow check.
    for (let again = 0; again < 3 && ms > longestMs; again++) ({ checked, ms } = await handle(work));
    const told = (checked.failures ?? []).map((failure) => `${failure?.property ?? ""}: ${failure?.reason ?? ""}`);
    const lines = told.join("\n").split("\n");
    const long = lines.length > 20 || lines.some((line) => line.length > 2_200);
    const raw = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u202E\u2028]|report it/.test(told.join("\n"));
    if (ms > longestMs || long || raw)
      wrong.push(`${Math.round(ms)} ms: ${JSON.stringify(given).slice(0, 500)}: ${told.join("\n").slice(0, 500)}`);
    if (told.length === 0 && Array.isArray(checked.inputs?.["targets"])) {
      taken++;
      for (const target of checked.inputs["targets"]) {
        const odd = oddities(String(target), String(checked.inputs["type"]));
        if (odd.length > 0) wrong.push(`taken, and ${odd.join(", ")}: ${JSON.stringify(target)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(taken).toBeGreaterThan(200);
});

const types = ["file", "directory", "hostname", "cachetag", "purge_url", "purge_host", "File", "Regex", "Directory"];

/** A program that is right but for some properties. */
function programFor(names: readonly string[], below: (n: number) => number): ReturnType<typeof valueMap> {
  const right: readonly (readonly [string, Value])[] = [
    ["siteId", "5407498413000"],
    ["zoneId", "zone-2o1xvpmq7nn1"],
    ["contentHash", "1"],
    ["type", types[below(types.length)] ?? ""],
    ["targets", ["http://www.example.com/a"]],
  ];
  const hostile = Array.from({ length: 1 + below(2) }, (): readonly [string, Value] => {
    const name = below(20) === 0 ? hostileText(below) : (names[below(names.length)] ?? "");
    return below(2) === 0 ? ["targets", [hostileText(below)]] : [name, hostileValue(below)];
  });
  return valueMap([...right.filter(([name]) => names.includes(name)), ...hostile]);
}

function asked(token: string, news: { readonly [key: string]: Value }) {
  return {
    urn: `urn:pulumi:s::p::${token}::it`,
    type: token,
    olds: undefined,
    news,
    name: "it",
    randomSeed: new Uint8Array(32),
  };
}

/** What a target that was taken may not have: by other means than those that took it. */
function oddities(target: string, type: string): string[] {
  const found = [
    ...(/[\p{C}\p{Zl}\p{Zp}]/u.test(target) ? ["unseen"] : []),
    ...(target === target.trim() ? [] : ["edges"]),
  ];
  if (/tag/i.test(type)) return found;
  if (/host/i.test(type)) return domainToASCII(target) === target.toLowerCase() ? found : [...found, "host"];
  if (type === "Regex") return found;
  const given = /^[a-z]+:\/\//i.test(target) ? target : `https://${target}`;
  if (!URL.canParse(given)) return [...found, "no URL"];
  const { protocol, username, hash, pathname, search } = new URL(given);
  const rest = /^[a-z]+:\/\/[^/?#]*(.*)$/is.exec(given)?.[1] ?? "";
  const same = `${pathname}${search}` === rest || `${pathname}${search}` === `/${rest}`;
  const plain = /^https?:$/.test(protocol) && username === "" && hash === "" && target.length <= 1024;
  return [...found, ...(same ? [] : [`asked for as ${pathname}${search}`]), ...(plain ? [] : ["not plain"])];
}
