/** What a list shows is evidence only of what it says: other operations, other tools, late and whole-task rows, culprits. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import { JumpingGround } from "../triggers/jumping.ts";
import { subjectOf, subjects, warmUp, type Token } from "../triggers/subjects.ts";
import type { Stack, TestContext } from "../triggers/world.ts";
import type { Account } from "./account.ts";
import type { Order } from "./edge.ts";
import { allSpellings, type Manners, type Spelling } from "./manners.ts";
import { StandIn } from "./server.ts";

let ground: JumpingGround;
let cloud: StandIn;
beforeAll(async () => {
  ground = new JumpingGround();
  cloud = await StandIn.start(ground.now);
  await warmUp(ground, cloud.configOf(cloud.open()));
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  ground[Symbol.dispose]();
});

/** One account, and one process of the plugin that works on it. */
function world(manners: Partial<Manners> = {}): { account: Account; context: TestContext } {
  const account = cloud.open({ busy: false, ...manners });
  return { account, context: ground.context(cloud.configOf(account)) };
}

function target(token: Token, page = "page", host?: string): string {
  const url = new URL(subjectOf(token).target(0));
  return `https://${host === undefined ? url.host : `${host}.${url.host.split(".").slice(-2).join(".")}`}/${page}`;
}

interface Trigger {
  readonly stack: Stack<TestContext>;
  /** Whether the run ended green; then the edge has no older copy of what the trigger lists. */
  up(hash: string, targets: readonly string[], more?: Record<string, Value>): Promise<boolean>;
  owed(): readonly string[];
}

function trigger(account: Account, context: TestContext, token: Token): Trigger {
  const { resource, base, cache, verb } = subjectOf(token);
  const stack = ground.stack(resource, context);
  return {
    stack,
    async up(contentHash, targets, more = {}) {
      const program = { ...base, targets: [...targets], contentHash, ...more };
      const { problems, outputs } = await stack.up(program, { timeoutMs: 100_000 });
      const green = problems.length === 0 && outputs["status"] === "complete";
      const behind = account.behind(cache, verb);
      if (green) expect(behind.filter((url) => targets.length === 0 || targets.includes(url))).toEqual([]);
      return green;
    },
    owed() {
      const owed = stack.state?.outputs["owed"];
      return Array.isArray(owed) ? owed.map((each) => String(Object(each).target)).toSorted() : [];
    },
  };
}

const purges = [...subjects.keys()].filter((token) => subjectOf(token).verb === "purge");

/** What each one's rows could be taken for. */
const others: Readonly<Record<string, Token>> = {
  "esa:PurgeTrigger": "esa:PrefetchTrigger",
  "cdn:PurgeTrigger": "cdn:PrefetchTrigger",
  "dcdn:PurgeTrigger": "dcdn:PrefetchTrigger",
  "dcdn:EdgeRoutinePurgeTrigger": "dcdn:PurgeTrigger",
  "teo:PurgeTrigger": "teo:PrefetchTrigger",
};

async function otherOperation(token: Token): Promise<void> {
  const { account, context } = world();
  const url = target(token);
  account.publish(url);
  account.troubles.push({ kind: "resetBefore", action: subjectOf(token).submit });
  const both = [token, others[token] ?? token].map((each) => trigger(account, context, each).up("a", [url]));
  expect((await Promise.all(both))[0]).toBe(true);
  expect(account.behind(subjectOf(token).cache, "purge")).toEqual([]);
}

/** Both were cut, and only the edge routine's arrived: nothing tells whose row that is. */
async function bothLost(): Promise<void> {
  const { account, context } = world();
  const [own, routine] = ["dcdn:PurgeTrigger", "dcdn:EdgeRoutinePurgeTrigger"] as const;
  const url = target(own);
  account.publish(url);
  account.troubles.push({ kind: "resetBefore", action: subjectOf(own).submit });
  account.troubles.push({ kind: "resetAfter", action: subjectOf(routine).submit });
  const both = [own, routine].map((each) => trigger(account, context, each).up("a", [url]));
  expect(await Promise.all(both)).toEqual([true, true]);
  for (const token of [own, routine]) expect(account.behind(subjectOf(token).cache, "purge")).toEqual([]);
}

/** Somebody purges what is like ours, but not ours, after our call was cut: nothing that our purge would have done is done. */
async function alike(token: Token, ours: Record<string, Value>, theirs: Partial<Order>): Promise<void> {
  const { account, context } = world();
  const { cache, submit, base, resource } = subjectOf(token);
  account.troubles.push({ kind: "resetBefore", action: submit });
  account.foreign({ cache, verb: "purge", kind: String(base["type"] ?? "File"), targets: [], ...theirs }, -2000);
  const { problems } = await ground.stack(resource, context).up({ ...base, contentHash: "a", ...ours });
  expect(problems).toEqual([]);
  const tries = account.requests.filter(({ action }) => action === submit);
  expect(tries.map(({ executed }) => executed)).toEqual([false, true]);
}

async function everything(token: Token): Promise<void> {
  const { account, context } = world();
  const { cache, submit, base } = subjectOf(token);
  const urls = [target(token, "a"), target(token, "b")];
  for (const url of urls) account.publish(url);
  account.troubles.push({ kind: "resetBefore", action: submit });
  account.foreign({ cache, verb: "purge", kind: String(base["type"]), targets: urls.slice(0, 1) });
  const type = token === "teo:PurgeTrigger" ? "purge_all" : "purgeall";
  expect(await trigger(account, context, token).up("a", [], { type })).toBe(true);
}

async function retiredHost(token: Token, named: boolean): Promise<void> {
  const gone = target(token, "page", "gone");
  const { account, context } = world({ culprit: { is: new URL(gone).host, named } });
  const good = ["a", "b", "c"].map((page) => target(token, page));
  for (const url of [...good, gone]) account.publish(url);
  const purge = trigger(account, context, token);
  expect(await purge.up("a", [...good, gone])).toBe(false);
  expect(account.behind(subjectOf(token).cache, "purge")).toEqual([gone]);
  expect(purge.owed()).toEqual([gone]);
  expect(await purge.up("a", good)).toBe(true);
}

async function oneBadTarget(token: Token): Promise<void> {
  const bad = target(token, "bad");
  const { account, context } = world({ culprit: { is: bad, named: false } });
  const list = ["a", "b", "bad", "c", "d", "e"].map((page) => target(token, page));
  for (const url of list) account.publish(url);
  const purge = trigger(account, context, token);
  expect(await purge.up("a", list)).toBe(false);
  expect(account.behind(subjectOf(token).cache, "purge")).toEqual([bad]);
  expect(purge.owed()).toEqual([bad]);
}

async function refusedInside(token: Token, spelling: Spelling): Promise<void> {
  const bare = `https://${new URL(target(token)).host.replace("e", "E")}`;
  const odd = target(token, "p%c3%a4ge/%7Euser");
  for (const unwanted of [bare, odd]) {
    const { account, context } = world({ spelling, unwanted });
    const list = [target(token), bare, odd];
    for (const url of list) account.publish(url);
    const purge = trigger(account, context, token);
    expect(await purge.up("a", list)).toBe(false);
    expect(purge.owed()).toEqual([unwanted]);
  }
}

/** Then one row for each task is no proof of all its targets. */
async function refusedUnnamed(token: Token): Promise<void> {
  const { account, context } = world({ rows: "first" });
  const list = ["a", "b", "c"].map((page) => target(token, page));
  account.troubles.push({ kind: "refusesUnnamed", action: subjectOf(token).submit });
  const purge = trigger(account, context, token);
  expect(await purge.up("a", list)).toBe(false);
  expect(purge.owed()).toEqual(list.slice(1));
}

async function wholeTaskFailed(token: Token): Promise<void> {
  const { account, context } = world({ rows: "first" });
  const list = ["a", "b", "c"].map((page) => target(token, page));
  for (const url of list) account.publish(url);
  account.troubles.push({ kind: "failTarget", as: "row", target: target(token, "c"), reason: "Origin Timeout" });
  const purge = trigger(account, context, token);
  expect(await purge.up("a", list)).toBe(false);
  expect(await purge.up("a", list)).toBe(true);
}

async function listedTwice(token: Token): Promise<void> {
  const { account, context } = world({ rows: "first", repeats: true });
  const list = ["a", "b", "c"].map((page) => target(token, page));
  for (const url of list) account.publish(url);
  expect(await trigger(account, context, token).up("a", list)).toBe(true);
}

async function endedOtherwise(token: Token): Promise<void> {
  for (const reason of ["canceled", "timeout"]) {
    const { account, context } = world();
    const [one, two] = [target(token, "a"), target(token, "b")];
    for (const url of [one, two]) account.publish(url);
    account.troubles.push({ kind: "failTarget", as: "row", target: two, reason });
    const purge = trigger(account, context, token);
    expect(await purge.up("a", [one, two])).toBe(false);
    expect(purge.owed()).toEqual([two]);
  }
}

/** More than one request can ask for, and all are seen by one look. */
async function twelveTasks(token: Token): Promise<void> {
  const { account, context } = world();
  const list = Array.from({ length: 12 }, (_, index) => target(token, `${index}/.*`));
  const purge = trigger(account, context, token);
  const more = { type: "Regex", wait: false };
  await purge.up("a", list, more);
  ground.clock.advance(60_000);
  await purge.up("a", [...list, target(token, "12/.*")], more);
  expect(purge.stack.state?.outputs["ledger"]).toMatchObject({ awaiting: 1 });
}

/** Seen to be over by one look, long after. */
async function oneLook(token: Token): Promise<void> {
  const { account, context } = world({ rows: "first" });
  const list = ["a", "b", "c"].map((page) => target(token, page));
  for (const url of list) account.publish(url);
  const purge = trigger(account, context, token);
  expect(await purge.up("a", list, { wait: false })).toBe(false);
  ground.clock.advance(700_000);
  account.publish(target(token, "d"));
  await purge.up("a", [...list, target(token, "d")], { wait: false });
  expect(purge.stack.state?.outputs["ledger"]).toMatchObject({ awaiting: 1 });
}

async function lateAndFailed(token: Token): Promise<void> {
  const late = target(token, "late", "late");
  const { account, context } = world({ listedAfterMs: 40_000, lateHost: new URL(late).host });
  const list = [target(token), late];
  for (const url of list) account.publish(url);
  account.troubles.push({ kind: "failTarget", as: "row", target: late, reason: "Origin Timeout" });
  const purge = trigger(account, context, token);
  expect(await purge.up("a", list)).toBe(false);
  expect(purge.owed()).toEqual([late]);
}

interface Scenario {
  readonly title: string;
  readonly tokens: readonly Token[];
  readonly run: (token: Token) => Promise<void>;
}

const scenarios: readonly Scenario[] = [
  { title: "another operation's rows of the same URL are not a lost call's", tokens: purges, run: otherOperation },
  {
    title: "a row that another lost call may have left is not this one's",
    tokens: ["dcdn:PurgeTrigger"],
    run: bothLost,
  },
  {
    title: "somebody's purge of one URL is not the lost purge of everything",
    tokens: ["esa:PurgeTrigger", "teo:PurgeTrigger"],
    run: everything,
  },
  {
    title: "the purge of a path in another case, of another scheme, of an escaped character as itself is not ours",
    tokens: ["esa:PurgeTrigger", "cdn:PurgeTrigger", "dcdn:PurgeTrigger", "teo:PurgeTrigger"],
    async run(token) {
      const url = target(token, "Docs%2Fa?b=1%262");
      for (const [from, to] of [
        ["Docs", "docs"],
        ["https", "http"],
        ["%2F", "/"],
        ["%26", "&"],
      ] as const) {
        await alike(token, { targets: [url] }, { targets: [url.replace(from, to)] });
      }
    },
  },
  {
    title: "the purge of one file is not that of all its query strings",
    tokens: ["cdn:PurgeTrigger", "dcdn:PurgeTrigger"],
    async run(token) {
      await alike(token, { type: "IgnoreParams", targets: [target(token)] }, { targets: [target(token)] });
    },
  },
  {
    title: "copies that somebody marks stale are not deleted",
    tokens: ["teo:PurgeTrigger"],
    run: (token) =>
      alike(
        token,
        { type: "purge_host", method: "delete", targets: ["www.example.net"] },
        { kind: "purge_host", targets: ["www.example.net"], method: "invalidate" },
      ),
  },
  {
    title: "a tag that somebody purges may be another host's",
    tokens: ["teo:PurgeTrigger"],
    run: (token) =>
      alike(
        token,
        { type: "purge_cache_tag", targets: ["shop"], cacheTagDomains: ["www.example.net"] },
        { kind: "purge_cache_tag", targets: ["shop"] },
      ),
  },
  ...[true, false].map((named) => ({
    title: `a host that is not ours any more holds nobody (${named ? "" : "not "}named)`,
    tokens: purges,
    run: (token: Token) => retiredHost(token, named),
  })),
  { title: "one target that the cloud does not take holds nobody", tokens: purges, run: oneBadTarget },
  ...allSpellings.map((spelling) => ({
    title: `refused inside a success, spelled ${spelling}`,
    tokens: ["teo:PurgeTrigger", "teo:PrefetchTrigger"] as const,
    run: (token: Token) => refusedInside(token, spelling),
  })),
  {
    title: "refused inside a success, nobody knows what",
    tokens: ["teo:PurgeTrigger", "teo:PrefetchTrigger"],
    run: refusedUnnamed,
  },
  { title: "a whole task's row that failed speaks for all its targets", tokens: purges, run: wholeTaskFailed },
  { title: "a task that was canceled or timed out has failed", tokens: ["teo:PurgeTrigger"], run: endedOtherwise },
  {
    title: "every task is read, however many there are",
    tokens: ["cdn:PurgeTrigger", "dcdn:PurgeTrigger"],
    run: twelveTasks,
  },
  { title: "one look tells what is long over, by one row for each task", tokens: purges, run: oneLook },
  { title: "a row that is listed twice is no second target of its task", tokens: purges, run: listedTwice },
  {
    title: "a task that is listed late, and failed, is not done",
    tokens: ["cdn:PurgeTrigger", "dcdn:PurgeTrigger"],
    run: lateAndFailed,
  },
];

for (const { title, tokens, run } of scenarios) {
  describe(title, () => {
    for (const token of tokens) it(token, () => run(token));
  });
}
