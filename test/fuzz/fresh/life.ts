/** A life of a trigger with gate and check, as plain data, and what must hold at each of its updates. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import * as z from "zod";
import { createContext, type World } from "../../../provider/src/core/context.ts";
import { Interrupted, NotYet } from "../../../provider/src/core/errors.ts";
import { limits } from "../../../provider/src/probe/pace.ts";
import { Prober } from "../../../provider/src/probe/prober.ts";
import { definePurge } from "../../../provider/src/trigger-kit/define-trigger.ts";
import { proberSlot } from "../../../provider/src/trigger-kit/probes.ts";
import type { Value, ValueMap } from "../../../provider/src/engine/wire/values.ts";
import { VirtualClock } from "../../triggers/virtual-clock.ts";
import { Stack } from "../../triggers/world.ts";
import { Model, nodeAddresses, origin, type Arrival } from "./model.ts";

const pages = Array.from(
  { length: 6 },
  (_, index) => `http://www.example.com/p${index}${index % 2 === 0 ? ".html" : ".js"}`,
);

export interface Update {
  readonly arrival: Arrival;
  readonly changed: readonly number[];
  readonly removed: readonly number[];
  /** What the program asks for. */
  readonly gate: { readonly within: number; readonly sample: number } | undefined;
  readonly check: {
    readonly within: number;
    readonly sample: number;
    readonly attempts: number;
    readonly nodes: number;
  };
  readonly gone: boolean;
  readonly wait: boolean;
  readonly failurePolicy: "fail" | "warn";
  /** What goes wrong. */
  readonly lateMs: readonly number[];
  readonly deaf: readonly number[];
  readonly trouble: "lostAfter" | "lostBefore" | "throttled" | undefined;
  readonly cancelAfterMs: number | undefined;
  /** Pages that visitors ask for before, at every node. */
  readonly visited: readonly number[];
}

export type Ended = "green" | "owed" | "closed" | "cut";

const trigger = definePurge<World & { readonly cloud: Model }, { type: z.ZodString }, Record<never, never>>({
  token: "paper:index:PurgeTrigger",
  description: "Purges on paper.",
  lane: { type: z.string() },
  inputs: {},
  targetProblem: () => undefined,
  service: ({ cloud }) => cloud,
});

/** What the provider loads when first used, for which this clock would not wait. */
export async function load(): Promise<void> {
  await Promise.all([import("../../../provider/src/probe/visit.ts"), import("../../../provider/src/probe/resolve.ts")]);
}

/** A process of the provider with a trigger, on a cloud and an edge on paper. */
export function openModel(): {
  readonly clock: VirtualClock;
  readonly cloud: Model;
  readonly stack: Stack<World & { readonly cloud: Model }>;
} {
  const clock = new VirtualClock();
  const cloud = new Model(clock, 2000);
  const world = createContext({ config: {}, clock, random: () => 0.5, env: {} });
  world.share(proberSlot, () => {
    const resolve = (): Promise<never> => Promise.reject(new Error("nobody is to be asked"));
    return new Prober({ clock, random: () => 0.5, visit: cloud.visit, resolve });
  });
  return { clock, cloud, stack: new Stack(trigger, { ...world, cloud }, clock) };
}

export async function live(updates: readonly Update[], note: (how: Ended) => void): Promise<void> {
  const { clock, cloud, stack } = openModel();
  const bodies = new Map(pages.map((url) => [url, `${url} 0`]));
  let release = 0;
  cloud.publish(bodies, { lateMs: 0, flapMs: 0, downMs: 0 });
  await stack.up(program(bodies, { onCreate: "skip" }));
  const visit = (indices: readonly number[]): void => {
    for (const index of indices) for (const node of nodeAddresses) cloud.at(node, pages[index] ?? "");
  };
  for (const update of updates) {
    visit(update.visited);
    release++;
    for (const index of update.removed) bodies.delete(pages[index] ?? "");
    for (const index of update.changed) bodies.set(pages[index] ?? "", `${pages[index]} ${release}`);
    cloud.publish(bodies, update.arrival);
    note(await one(update, bodies, cloud, stack, clock));
    await clock.sleep(1000);
  }
  // What was cached while the origin was not ready, and no gate was asked for, is rightly stale until its next release.
  for (const url of pages) bodies.set(url, `${url} last`);
  cloud.publish(bodies, { lateMs: 0, flapMs: 0, downMs: 0 });
  cloud.settle();
  await clock.sleep(600_000);
  const verifyEdge = { nodes: [...nodeAddresses], sample: "all" };
  // What an earlier update left open is told first, and then done.
  for (let run = 0; run < 2; run++) await stack.up(program(bodies, { purgeAdded: true, verifyEdge }), calm);
  mustBe(!stack.pending, "a calm update ends green");
  for (const node of nodeAddresses) {
    for (const url of pages) mustBe(cloud.at(node, url) === bodies.get(url), `${node} is stale at the end: ${url}`);
  }
}

const calm = { timeoutMs: 1_800_000 };

async function one(
  update: Update,
  bodies: ReadonlyMap<string, string>,
  cloud: Model,
  stack: Stack<World & { readonly cloud: Model }>,
  clock: VirtualClock,
): Promise<Ended> {
  const { gate, check, gone, wait, failurePolicy } = update;
  const nodes = nodeAddresses.slice(0, check.nodes);
  const removed = gone ? { removed: "gone" } : {};
  const asked = program(bodies, {
    wait,
    failurePolicy,
    purgeAdded: true,
    verifyEdge: { nodes, within: check.within, sample: check.sample, attempts: check.attempts, ...removed },
    ...(gate === undefined ? {} : { awaitOrigin: { address: origin, ...gate, ...removed } }),
  });
  cloud.lateMs = update.lateMs;
  cloud.deaf.clear();
  update.deaf.forEach((count, index) => cloud.deaf.set(nodeAddresses[index] ?? "", count));
  cloud.troubles.splice(0, Infinity, ...(update.trouble === undefined ? [] : [update.trouble]));
  const calls = cloud.calls.length;
  const probes = cloud.probes.length;
  const before = JSON.stringify(stack.state);
  const stop = new AbortController();
  if (update.cancelAfterMs !== undefined) {
    void clock.sleep(update.cancelAfterMs).then(() => stop.abort(new Interrupted("cancelled")));
  }
  let ran: { readonly outputs: ValueMap; readonly problems: readonly string[] } | undefined;
  try {
    ran = await stack.up(asked, { ...calm, signal: stop.signal });
  } catch (error) {
    if (!(error instanceof NotYet || error instanceof Interrupted)) throw error;
  }
  const sent = cloud.calls.slice(calls);
  const made = cloud.probes.slice(probes);
  mustBe(made.length === 0 || wait || gate !== undefined, "nobody is asked with wait: false");
  inLimits(made, update);
  afterTheGate(made, sent, update, bodies);
  for (const target of sent.flatMap(({ targets }) => targets)) {
    const times = sent.filter(({ targets }) => targets.includes(target)).length;
    const lost = update.trouble === "lostAfter" ? 1 : 0;
    mustBe(times <= 1 + check.attempts + lost, `${target} was purged ${times} times`);
  }
  if (ran === undefined) {
    mustBe(JSON.stringify(stack.state) === before, "without an end of the update the old state stands");
    mustBe(sent.length === 0, "nothing is sent when the gate stays closed");
    return "closed";
  }
  if (ran.problems.length > 0 || ran.outputs["status"] !== "complete") return stop.signal.aborted ? "cut" : "owed";
  if (wait) {
    provenIsFresh(ran.outputs, bodies, cloud);
    const listed = sent.flatMap(({ targets }) => targets).some((target) => bodies.has(target));
    lastWordIsFresh(made, bodies, listed);
  }
  return "green";
}

/**
 * What the receipts call proven is no older at that very node. A purge that the node obeys late may have taken the copy
 * away since; what it then fetches from an origin whose servers do not agree is no matter of this update.
 */
function provenIsFresh(outputs: ValueMap, bodies: ReadonlyMap<string, string>, cloud: Model): void {
  const proofs = z.array(z.object({ url: z.string(), node: z.string() })).parse(outputs["proven"] ?? []);
  for (const { url, node } of proofs) {
    const seen = cloud.copyAt(node, url);
    mustBe(
      seen === undefined || seen === (bodies.get(url) ?? ""),
      `green, and ${node} serves ${seen} for ${bodies.get(url)}`,
    );
  }
}

type Made = Model["probes"][number];

/** Of each visit at the edge the last answer was the new content, and there were visits where there was something to see. */
function lastWordIsFresh(made: readonly Made[], bodies: ReadonlyMap<string, string>, listed: boolean): void {
  const words = new Map(
    made.filter(({ server }) => server !== origin).map((each) => [`${each.server} ${each.url}`, each]),
  );
  mustBe(words.size > 0 || !listed, "green without a look at the edge");
  for (const { server, url, body } of words.values()) {
    mustBe(body === (bodies.get(url) ?? ""), `green, though ${server} served ${body} last`);
  }
}

function inLimits(made: readonly Made[], { gate, check }: Update): void {
  const urlsAt = (server: string): number =>
    new Set(made.filter((each) => each.server === server).map(({ url }) => url)).size;
  mustBe(urlsAt(origin) <= (gate?.sample ?? 0), "no more of the origin's URLs than the sample");
  const asked = nodeAddresses.filter((node) => made.some(({ server }) => server === node));
  mustBe(asked.length <= check.nodes, "no nodes but those that are named");
  for (const server of [origin, ...asked]) {
    const times = made.filter((each) => each.server === server).map(({ at }) => at);
    times.forEach((at, index) => {
      const later = times[index + limits.requests];
      mustBe(later === undefined || later - at >= limits.perMs, `${server} is asked too often`);
    });
  }
}

/** Before each call the origin's last word on each of the sample was the new content. */
function afterTheGate(
  made: readonly Made[],
  sent: Model["calls"],
  { gate, gone }: Update,
  bodies: ReadonlyMap<string, string>,
): void {
  const first = sent[0];
  if (gate === undefined || first === undefined) return;
  const words = new Map(made.filter(({ server }) => server === origin).map(({ url, body }) => [url, body]));
  const asks = first.targets.some((target) => bodies.has(target) || gone);
  mustBe(words.size > 0 || !asks, "the origin is asked before anything is sent");
  // All of them in one round, the last: a server that answers now so and now so opens nothing.
  const asked = made.filter(({ server, at }) => server === origin && at < first.at);
  const last = new Set(asked.slice(-words.size).map(({ url }) => url));
  mustBe(last.size === words.size, "sent after a round that did not ask for all");
  for (const [url, body] of words) mustBe(body === (bodies.get(url) ?? ""), `sent while the origin serves ${body}`);
}

export function program(bodies: ReadonlyMap<string, string>, more: Record<string, Value>): Record<string, Value> {
  const digest = (body: string): string => createHash("sha256").update(body).digest("hex").slice(0, 32);
  return { type: "file", contents: Object.fromEntries([...bodies].map(([url, body]) => [url, digest(body)])), ...more };
}

function mustBe(right: boolean, what: string): void {
  if (!right) throw new Error(what);
}

const some = fc.subarray(pages.map((_, index) => index));
const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

export const lives: fc.Arbitrary<readonly Update[]> = fc.array(
  fc.record({
    arrival: fc.record({
      lateMs: fc.constantFrom(0, 0, 3000, 40_000, 400_000),
      flapMs: fc.constantFrom(0, 0, 5000, 30_000),
      downMs: fc.constantFrom(0, 0, 10_000, 400_000),
    }),
    changed: some,
    removed: fc.subarray(
      pages.map((_, index) => index),
      { maxLength: 1 },
    ),
    gate: fc.option(fc.record({ within: fc.constantFrom(5, 60, 300), sample: fc.integer({ min: 1, max: 6 }) }), {
      nil: undefined,
      freq: 4,
    }),
    check: fc.record({
      within: fc.constantFrom(2, 30, 120),
      sample: fc.integer({ min: 1, max: 6 }),
      attempts: fc.integer({ min: 0, max: 2 }),
      nodes: fc.integer({ min: 1, max: 3 }),
    }),
    gone: fc.boolean(),
    wait: fc.constantFrom(true, true, true, false),
    failurePolicy: fc.constantFrom("fail" as const, "fail" as const, "warn" as const),
    lateMs: fc.array(fc.constantFrom(0, 0, 5000, 90_000), { minLength: 3, maxLength: 3 }),
    deaf: fc.array(fc.constantFrom(0, 0, 1, 9), { minLength: 3, maxLength: 3 }),
    trouble: rarely(fc.constantFrom("lostAfter" as const, "lostBefore" as const, "throttled" as const)),
    cancelAfterMs: rarely(fc.integer({ min: 10, max: 100_000 })),
    visited: some,
  }),
  { minLength: 1, maxLength: 5 },
);
