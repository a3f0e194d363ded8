/** Random programs on the stand-in cloud. `npm run fuzz` plays more: FUZZ_RUNS, FUZZ_SEED and FUZZ_PATH as for the life-cycles. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StandIn } from "../../stand-in/server.ts";
import { JumpingGround } from "../../triggers/jumping.ts";
import { warmUp } from "../../triggers/subjects.ts";
import { lives } from "./lives.ts";
import { play, type Tally } from "./story.ts";

const runs = Number(process.env["FUZZ_RUNS"] ?? 200);
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
