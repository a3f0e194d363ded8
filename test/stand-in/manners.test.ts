/**
 * Each manner of this cloud, with each trouble that a call can meet, on every
 * trigger: a run that ends green has an edge without stale copies, some run
 * ends green, and what one call carried out is not sent again.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import { JumpingGround } from "../triggers/jumping.ts";
import { subjectOf, subjects, warmUp, type Token } from "../triggers/subjects.ts";
import { allSpellings, type Manners } from "./manners.ts";
import { StandIn } from "./server.ts";

/** A cloud's manner, and what nobody can do there. */
interface Place {
  readonly manners: Partial<Manners>;
  /** Its lists do not show, or not in time, what a lost call carried: it may be carried out twice. */
  readonly blind?: boolean;
  /** Nor do they show how tasks end. */
  readonly mute?: readonly string[];
}

const places: Readonly<Record<string, Place>> = {
  plain: { manners: {} },
  "nobody else": { manners: { busy: false } },
  "ids as text, newest first, absent lists": { manners: { ids: "text", order: "newest", empty: "absent" } },
  "no order, empty lists": { manners: { order: "shuffled", empty: "list" } },
  ...Object.fromEntries(allSpellings.map((spelling) => [`spells ${spelling}`, { manners: { spelling } }])),
  "one row a task": { manners: { rows: "first" }, blind: true },
  "one row a task, of no target": { manners: { rows: "unnamed" }, blind: true },
  "pages of 2 rows": { manners: { pageRows: 2 } },
  "times without a zone": { manners: { times: "local" }, blind: true },
  "counters as text": { manners: { counters: "text" } },
  "lists after 8 s": { manners: { listedAfterMs: 8000 } },
  "lists after 40 s": { manners: { listedAfterMs: 40_000 }, blind: true },
  "2 min ahead": { manners: { skewMs: 120_000 } },
  "2 min behind": { manners: { skewMs: -120_000 } },
  "may not list": { manners: { mayList: false }, blind: true, mute: ["esa", "teo"] },
  "may not read quotas": { manners: { mayReadQuotas: false } },
};

type Happening = "resetBefore" | "resetAfter" | "errorAfter" | "noTaskId" | "emptyTaskId";

function troublesOf(name: string): readonly Happening[] {
  if (name === "plain") return ["resetBefore", "resetAfter", "errorAfter", "noTaskId", "emptyTaskId"];
  // How a list writes things matters where something of ours is in it.
  return name.startsWith("spells") ? ["resetAfter"] : ["resetBefore", "resetAfter"];
}

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

for (const token of subjects.keys()) {
  describe(token, () => {
    for (const [manner, place] of Object.entries(places)) {
      for (const trouble of troublesOf(manner)) {
        const title = `${manner}, ${trouble}`;
        it(title, () => life(token, place, trouble));
      }
    }
  });
}

async function life(token: Token, { manners, blind, mute }: Place, trouble: Happening): Promise<void> {
  const { resource, submit, base, target, sent, verb, cache, lookUp } = subjectOf(token);
  const { host } = new URL(target(0));
  const list = [`https://${host.replace("e", "E")}/p%C3%A4ge`, `https://${host}/%7euser?a=%2F`, `https://${host}`];
  const account = cloud.open(manners);
  const stack = ground.stack(resource, ground.context(cloud.configOf(account)));
  const mayEndGreen = mute?.some((cloudName) => token.startsWith(cloudName)) !== true;
  const publish = (): void => list.forEach((url) => account.publish(url));
  const up = async (contentHash: string): Promise<boolean> => {
    const program: Record<string, Value> = { ...base, targets: list, contentHash };
    const { problems, outputs } = await stack.up(program, { timeoutMs: 100_000 });
    const green = problems.length === 0 && outputs["status"] === "complete";
    const stale = account.behind(cache, verb);
    if (green && stale.length > 0) throw new Error(`green with a stale edge: ${stale.join()}`);
    return green;
  };
  publish();
  expect(await up("a")).toBe(mayEndGreen);
  publish();
  const before = account.requests.length;
  account.troubles.push({ kind: trouble, action: submit });
  let green = false;
  for (let run = 0; run < 3 && !green; run++) green = await up("b");
  expect(green).toBe(mayEndGreen);
  const calls = account.requests.slice(before).filter(({ action, executed }) => action === submit && executed);
  const carried = calls.flatMap(({ params }) => sent(params)).toSorted();
  expect(blind === true || !lookUp ? [...new Set(carried)] : carried).toEqual(list.toSorted());
}
