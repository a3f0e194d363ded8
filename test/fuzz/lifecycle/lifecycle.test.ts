/**
 * 210 lives of a trigger on the small engine. `npm run fuzz` plays more, and
 * of each 250 one with a state that must shrink: FUZZ_RUNS says how many,
 * FUZZ_SEED and FUZZ_PATH repeat one that failed.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestBeds, type TestBed } from "../../reliability/test-bed.ts";
import { largeLives, lives, type Disaster } from "./lives.ts";
import { play, type Ended, type Stage } from "./story.ts";

const runs = Number(process.env["FUZZ_RUNS"] ?? 210);
// The suite plays the same lives each time; `npm run fuzz` draws others.
const suite = process.env["FUZZ_RUNS"] === undefined;
const seed = Number(process.env["FUZZ_SEED"] ?? (suite ? 592_008_975 : Date.now() % 2 ** 31));
const path = process.env["FUZZ_PATH"];

const beds = new TestBeds();
beforeAll(() => beds.warmUp());
afterAll(() => beds[Symbol.asyncDispose]());

test(
  `${runs} random lives of a trigger: the edge serves what is new, the state is true (seed ${seed})`,
  { timeout: 600_000 + runs * 1000 },
  async () => {
    const ended = new Map<Ended, number>();
    let told = 0;
    let checked = 0;
    const property = fc.asyncProperty(lives({ steps: 12 }), async (life) => {
      told += 1;
      await using bed = await beds.open(life.subject);
      checked += await play(life, new SmallStage(bed, (how) => void ended.set(how, (ended.get(how) ?? 0) + 1)));
    });
    await fc.assert(property, { numRuns: runs, seed, endOnFailure: false, ...(path === undefined ? {} : { path }) });
    console.log(
      `seed ${seed}: ${told} lives, ${checked} pages checked at the edge; updates ended as ${JSON.stringify(Object.fromEntries(ended))}`,
    );
    expect(told).toBeGreaterThanOrEqual(path === undefined ? runs : 1);
  },
);

// Each takes half a minute, most of it to write and read messages of 13 MB: the suite has test/protocol/large-state.test.ts.
const large = Math.ceil(runs / 250);
test.skipIf(suite)(
  `${large} random lives of a map that is larger than an error takes: its state shrinks, and stays true (seed ${seed})`,
  { timeout: large * 300_000 },
  async () => {
    let shrunk = 0;
    const property = fc.asyncProperty(largeLives(3), async (life) => {
      await using bed = await beds.open(life.subject);
      const note = (how: Ended): void => {
        if (how === "partial" && bed.engine.state?.outputs["contents"] === undefined) shrunk += 1;
      };
      await play(life, new SmallStage(bed, note));
    });
    await fc.assert(property, { numRuns: large, seed, endOnFailure: false, ...(path === undefined ? {} : { path }) });
    console.log(`seed ${seed}: ${large} lives of large maps, ${shrunk} states shrunk`);
    expect(shrunk).toBeGreaterThanOrEqual(path === undefined ? large : 1);
  },
);

class SmallStage implements Stage {
  readonly taskMs = 2000;
  readonly #bed: TestBed;
  readonly #note: (how: Ended) => void;

  constructor(bed: TestBed, note: (how: Ended) => void) {
    this.#bed = bed;
    this.#note = note;
  }

  get cloud() {
    return this.#bed.cloud;
  }

  async up(inputs: Readonly<Record<string, unknown>>, { late, end }: Disaster): Promise<Ended> {
    const bed = this.#bed;
    await bed.restart();
    if (end?.by === "kill") bed.killAt(end.at, undefined, end.arrives);
    if (end?.by === "cancel") bed.cancelAt(end.at);
    const ended = await bed.engine.up(inputs, late ? 60 : 0);
    bed.calm();
    this.#note(ended);
    return ended;
  }

  async preview(inputs: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#bed.restart();
    await this.#bed.engine.preview(inputs);
  }

  async refresh(): Promise<void> {
    await this.#bed.restart();
    await this.#bed.engine.refresh();
  }

  async destroy(): Promise<void> {
    await this.#bed.restart();
    await this.#bed.engine.destroy();
  }

  async outputs(): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#bed.engine.state?.outputs;
  }

  pass(ms: number): void {
    this.#bed.beds.clock.advance(ms);
  }
}
