/** Random programs on the stand-in cloud. `npm run fuzz` plays more: FUZZ_RUNS, FUZZ_SEED and FUZZ_PATH as for the life-cycles. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StandIn } from "../../stand-in/server.ts";
import { JumpingGround } from "../../triggers/jumping.ts";
import { warmUp } from "../../triggers/subjects.ts";
import { lives } from "./lives.ts";
import { kindsOf, type Cloud, type Declared } from "./program.ts";
import { play, type Life, type Tally } from "./story.ts";

const runs = Number(process.env["FUZZ_RUNS"] ?? 170);
const suite = process.env["FUZZ_RUNS"] === undefined;
const seed = Number(process.env["FUZZ_SEED"] ?? (suite ? 592_008_975 : Date.now() % 2 ** 31));
const path = process.env["FUZZ_PATH"];

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

test(
  `${runs} random programs: what ends green has an edge without stale copies (seed ${seed})`,
  { timeout: 600_000 + runs * 1000 },
  async () => {
    const tally: Tally = { ups: 0, green: 0, checked: 0 };
    const property = fc.asyncProperty(lives(10), (life) => play(life, ground, cloud, tally));
    await fc.assert(property, {
      numRuns: runs,
      seed,
      endOnFailure: false,
      ...(path === undefined ? {} : { path }),
    });
    console.log(`seed ${seed}: ${runs} programs, ${JSON.stringify(tally)}`);
    expect(tally.green).toBeGreaterThan(0);
  },
);

test.each<Cloud>(["esa", "cdn", "dcdn", "teo"])(
  "%s: a call lost longer ago than the cloud remembers, and our clock behind its: what it may not list is sent again",
  async (where) => {
    const [kind] = kindsOf[where];
    if (kind === undefined) throw new Error(`${where} has no trigger`);
    const declared = {
      by: "hash",
      listed: [0],
      retired: true,
      option: false,
      purgeAdded: false,
      wait: false,
      secret: false,
    } as const;
    const program: Declared[] = [{ kind, ...declared, failurePolicy: "fail", onCreate: "send" }];
    const up = { do: "up", stacks: [0 as const], troubles: [], fresh: false, late: true } as const;
    const steps: Life["steps"] = [
      { ...up, end: { by: "cancel", afterMs: 60 } },
      { do: "wait", ms: 4 * 86_400_000 },
      { ...up, end: undefined },
    ];
    const tally: Tally = { ups: 0, green: 0, checked: 0 };
    await play({ cloud: where, manners: { skewMs: 300_000 }, programs: [program, []], steps }, ground, cloud, tally);
    expect(tally.green).toBeGreaterThan(0);
  },
);
