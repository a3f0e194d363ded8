/**
 * Lives of a trigger with `awaitOrigin` and `verifyEdge`, on a cloud and an edge on paper by the virtual clock.
 * `npm run fuzz` plays others; FUZZ_SEED and FUZZ_PATH repeat one that failed.
 */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { live, lives, load, type Ended } from "./life.ts";

const suite = process.env["FUZZ_RUNS"] === undefined;
// A tenth of what the other lives get: `npm run fuzz` plays 1,000.
const runs = suite ? 120 : Math.ceil(Number(process.env["FUZZ_RUNS"]) / 10);
const seed = Number(process.env["FUZZ_SEED"] ?? (suite ? 20_261_128 : Date.now() % 2 ** 31));
const path = process.env["FUZZ_PATH"];

beforeAll(load);

test(
  `${runs} random lives with gate and check: no green run is stale, nothing is sent before the gate opens (seed ${seed})`,
  { timeout: 60_000 + runs * 1000 },
  async () => {
    const ended = new Map<Ended, number>();
    const note = (how: Ended): void => void ended.set(how, (ended.get(how) ?? 0) + 1);
    const property = fc.asyncProperty(lives, (life) => live(life, note));
    await fc.assert(property, { numRuns: runs, seed, endOnFailure: false, ...(path === undefined ? {} : { path }) });
    console.log(`seed ${seed}: ${runs} lives; updates ended as ${JSON.stringify(Object.fromEntries(ended))}`);
    const every = ["green", "owed", "closed", "cut"] as const;
    expect(path === undefined ? every.filter((how) => !ended.has(how)) : []).toEqual([]);
  },
);
