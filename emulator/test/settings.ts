/**
 * What the tests of switches, limits and texts share: an emulator with the clock standing still, keys for what they
 * ask, and the rule that every setting is tried.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { type Answer, alibaba, tencent } from "./clients.ts";

export const NOW = "2026-11-22T12:00:00Z";
export const SiteId = "5407498413000";
export const ZoneId = "zone-2o1xvpmq7nn1";
const account = "1234567890123456";
const accessKeySecret = "emulator-secret";

type TencentAnswer = Record<string, unknown> & { Error?: { Code: string; Message: string } };

/** The emulator of a test file, and its clouds as these tests ask them. */
export interface Bench {
  readonly emulator: Emulator;
  readonly esa: (action: string, parameters?: Record<string, string>, method?: string) => Promise<Answer>;
  /** The code of the error; undefined when the call was accepted. */
  readonly esaCode: (action: string, parameters?: Record<string, string>, method?: string) => Promise<unknown>;
  readonly teo: (action: string, input: object) => Promise<TencentAnswer>;
  readonly purgeTags: (...tags: string[]) => Promise<Answer>;
  /** The code of a third call early in a second, when two are allowed and were made at the end of the second before. */
  readonly acrossSeconds: (limit: string, code: () => Promise<unknown>) => Promise<unknown>;
}

export function useBench(more: { limits?: Record<string, number>; services?: Record<string, unknown> } = {}): Bench {
  let started: Emulator | undefined;
  const current = (): Emulator => {
    if (!started) throw new Error("the emulator is not up");
    return started;
  };
  beforeAll(async () => {
    const keys = [
      { cloud: "alibaba" as const, account, accessKeyId: "LTAI5tEMULATOR", accessKeySecret },
      { cloud: "alibaba" as const, account, accessKeyId: "STS.EMULATOR", accessKeySecret, securityToken: "token" },
      { cloud: "alibaba" as const, account, accessKeyId: "NONE", accessKeySecret, allow: [] },
      { cloud: "tencent" as const, account: "100012345678", accessKeyId: "AKIDEMULATOR", accessKeySecret },
    ];
    started = await startEmulator({ clock: NOW, seed: { keys, ...more } });
  });
  beforeEach(async () => {
    await current().control.clock.freeze(NOW);
    await current().control.reset();
  });
  afterAll(() => started?.close());
  const bench: Bench = {
    get emulator() {
      return current();
    },
    esa: (action, parameters = {}, method = "POST") =>
      alibaba(current().endpoint, "esa", action, { SiteId, ...parameters }, { method }),
    esaCode: async (...call) => (await bench.esa(...call)).body["Code"],
    teo: async (action, input) => (await tencent(current().endpoint, action, input)).response,
    purgeTags: (...tags) =>
      bench.esa("PurgeCaches", { Type: "cachetag", Content: JSON.stringify({ CacheTags: tags }) }),
    acrossSeconds: async (limit, code) => {
      const { clock, settings } = current().control;
      await settings.limits({ [limit]: 2 });
      await clock.advance(900);
      expect([await code(), await code()]).toEqual([undefined, undefined]);
      await clock.advance(100);
      return code();
    },
  };
  return bench;
}

/** What a client sees under each setting of a switch. The default stands first, as in the definition. */
export type SwitchCases = Record<string, { see: () => Promise<unknown>; expected: Record<string, unknown> }>;

/** One test for each setting of each switch, and one that no switch below these prefixes was left out. */
export function describeSwitches(
  bench: Bench,
  prefixes: readonly string[],
  cases: SwitchCases,
  elsewhere: readonly string[] = [],
): void {
  describe.each(Object.entries(cases))("%s", (name, { see, expected }) => {
    test.each(Object.keys(expected))("%s", async (value) => {
      await bench.emulator.control.settings.switches({ [name]: value });
      expect(await see()).toEqual(expected[value]);
    });
  });

  test("every switch and every setting is tried, and its default is the first", async () => {
    const { switches } = await bench.emulator.control.settings.get();
    const mine = switches.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
    const tried = Object.fromEntries(
      Object.entries(cases).map(([name, { expected }]) => [name, Object.keys(expected).sort()]),
    );
    const known = mine.filter(({ name }) => !elsewhere.includes(name));
    expect(Object.fromEntries(known.map(({ name, values }) => [name, [...values].sort()]))).toEqual(tried);
    expect(mine.every(({ value, values }) => value === values[0])).toBe(true);
  });
}

/** What a client sees with a limit's default, and what with another value. */
export interface LimitCase {
  /** The value to set. */
  readonly to: number;
  readonly see: () => Promise<unknown>;
  readonly usual: unknown;
  readonly after: unknown;
}

/** One test for each limit, and one that none below these prefixes was left out. */
export function describeLimits(bench: Bench, prefixes: readonly string[], cases: Record<string, LimitCase>): void {
  describe("a limit counts", () => {
    test.each(Object.entries(cases))("%s", async (name, { to, see, usual, after }) => {
      const { control } = bench.emulator;
      expect(await see()).toEqual(usual);
      await control.reset();
      await control.clock.freeze(NOW);
      await control.settings.limits({ [name]: to });
      expect(await see()).toEqual(after);
    });
  });

  test("every limit is tried", async () => {
    const { limits } = await bench.emulator.control.settings.get();
    const mine = limits.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
    expect(mine.map(({ name }) => name).sort()).toEqual(Object.keys(cases).sort());
  });
}
