/**
 * Many stacks on one account, each with a gate of its own and nothing shared,
 * by a virtual clock; and a vendor that counts calls in one of the ways that
 * its documents leave open.
 */
import { RateLimiter, type Pace } from "../../provider/src/core/rate-limit.ts";
import type { Coordinator, SharedWindow } from "../../provider/src/core/pace/coordinator.ts";
import { VirtualClock } from "../triggers/virtual-clock.ts";

/** `bucket`: refills evenly; `strictBucket`: and a refused call empties it; `window`: each second of the clock. */
export const shapes = ["strictBucket", "bucket", "window"] as const;
export type Shape = (typeof shapes)[number];

export interface Fleet {
  readonly stacks: number;
  readonly callsEach: number;
  /** Stacks start at any moment within so many milliseconds. */
  readonly startsWithinMs: number;
  readonly shape: Shape;
  readonly seed: number;
  readonly pace?: Pace;
  /** One call in five takes so much longer to the vendor. */
  readonly stallMs?: number;
  /** From a call to its answer: from half of this to one and a half. */
  readonly roundTripMs?: number;
  /** All stacks share a coordinator, which stops to answer after so many milliseconds. */
  readonly coordinatedForMs?: number;
  /** How far away it is: from a question to its answer. */
  readonly coordinatorMs?: number;
  /** A stack hands in its next call when the one before has left. */
  readonly inTurn?: boolean;
}

export interface Ran {
  /** Time until the last stack is done, by the shortest there is. */
  readonly ratio: number;
  /** Part of all calls. */
  readonly refused: number;
  /** The slowest stack by the mean. */
  readonly slowest: number;
}

const account: Pace = { calls: 20, perMs: 1000 };

export async function run(fleet: Fleet): Promise<Ran> {
  const { stacks, callsEach, startsWithinMs, shape, pace = account, roundTripMs = 8, stallMs = 0 } = fleet;
  const oneWay = (): number => (roundTripMs * (0.5 + random())) / 2;
  const clock = new VirtualClock();
  const random = seeded(fleet.seed);
  const vendor = new Vendor(shape, pace, clock);
  const coordinator = fleet.coordinatedForMs === undefined ? undefined : new PaperCoordinator(clock, fleet);
  const { signal } = new AbortController();
  const stack = async (): Promise<number> => {
    await clock.sleep(random() * startsWithinMs);
    const start = clock.monotonic();
    const limiter = new RateLimiter(pace, { clock, random, coordinator });
    const call = async (left: () => void): Promise<void> => {
      for (;;) {
        await limiter.take("one", signal);
        left();
        await clock.sleep(oneWay() + (stallMs > 0 && random() < 0.2 ? stallMs : 0));
        const taken = vendor.takes();
        await clock.sleep(oneWay());
        if (taken) return limiter.succeeded();
        limiter.throttled();
      }
    };
    const calls: Promise<void>[] = [];
    while (calls.length < callsEach) {
      const gone = new Promise<void>((left) => calls.push(call(left)));
      if (fleet.inTurn === true) await gone;
    }
    await Promise.all(calls);
    return clock.monotonic() - start;
  };
  const durations = await Promise.all(Array.from({ length: stacks }, stack));
  const shortest = (Math.ceil((stacks * callsEach) / pace.calls) - 1) * pace.perMs;
  const mean = durations.reduce((sum, ms) => sum + ms, 0) / stacks;
  return {
    ratio: clock.monotonic() / Math.max(shortest, startsWithinMs),
    refused: vendor.refused / (vendor.refused + vendor.taken),
    slowest: Math.max(...durations) / mean,
  };
}

/** How a tool that never backs off sends the whole limit: a call after the other, or all at once each second. */
export const manners = ["evenly", "at once"] as const;
export type Manner = (typeof manners)[number];

interface Beside {
  readonly shape: Shape;
  readonly manner: Manner;
  readonly stacks: number;
  readonly seed: number;
}

/** Part of its fair share that a stack of ours gets through beside such a tool: in a minute, the first ten seconds left out. */
export async function shareBeside({ shape, manner, stacks, seed }: Beside): Promise<number> {
  const clock = new VirtualClock();
  const random = seeded(seed);
  const vendor = new Vendor(shape, account, clock);
  const over = new AbortController();
  const [fromMs, untilMs] = [10_000, 70_000];
  let through = 0;
  const tool = async (): Promise<void> => {
    await clock.sleep(random() * 50);
    while (clock.monotonic() < untilMs) {
      const calls = manner === "evenly" ? 1 : account.calls;
      for (let call = 0; call < calls; call++) vendor.takes();
      await clock.sleep(((account.perMs * calls) / account.calls) * (0.95 + 0.1 * random()));
    }
    over.abort();
  };
  const stack = async (): Promise<void> => {
    const limiter = new RateLimiter(account, { clock, random });
    const caller = async (): Promise<void> => {
      while (!over.signal.aborted) {
        await limiter.take("one", over.signal);
        await clock.sleep(2 + random() * 4);
        const taken = vendor.takes();
        await clock.sleep(2 + random() * 4);
        if (taken) limiter.succeeded();
        else limiter.throttled();
        if (taken && clock.monotonic() > fromMs) through++;
      }
    };
    await Promise.all(Array.from({ length: 40 }, () => caller().catch(() => undefined)));
  };
  await Promise.all([tool(), ...Array.from({ length: stacks }, stack)]);
  const fair = (account.calls * (untilMs - fromMs)) / account.perMs / (stacks + 1);
  return through / stacks / fair;
}

export async function mean(fleet: Omit<Fleet, "seed">, seeds: number): Promise<Ran> {
  const runs: Ran[] = [];
  for (let seed = 1; seed <= seeds; seed++) runs.push(await run({ ...fleet, seed }));
  const of = (name: keyof Ran): number => runs.reduce((sum, each) => sum + each[name], 0) / seeds;
  return { ratio: of("ratio"), refused: of("refused"), slowest: of("slowest") };
}

class Vendor {
  taken = 0;
  refused = 0;
  readonly #shape: Shape;
  readonly #pace: Pace;
  readonly #clock: VirtualClock;
  #at = 0;
  #used = 0;

  constructor(shape: Shape, pace: Pace, clock: VirtualClock) {
    this.#shape = shape;
    this.#pace = pace;
    this.#clock = clock;
  }

  takes(): boolean {
    const { calls, perMs } = this.#pace;
    const now = this.#clock.monotonic();
    const before = this.#used;
    if (this.#shape === "window") {
      const start = Math.floor(now / perMs) * perMs;
      this.#used = start === this.#at ? before : 0;
      this.#at = start;
    } else {
      this.#used = Math.max(0, before - ((now - this.#at) * calls) / perMs);
      this.#at = now;
    }
    const taken = this.#used + 1 <= calls;
    if (taken) this.#used++;
    else if (this.#shape === "strictBucket") this.#used = calls;
    if (taken) this.taken++;
    else this.refused++;
    return taken;
  }
}

/** What a server would answer, by the virtual clock. */
class PaperCoordinator implements Coordinator {
  readonly #clock: VirtualClock;
  readonly #answersForMs: number;
  readonly #oneWayMs: number;
  readonly #taken: number[] = [];

  constructor(clock: VirtualClock, { coordinatedForMs = Infinity, coordinatorMs = 1 }: Fleet) {
    this.#clock = clock;
    this.#answersForMs = coordinatedForMs;
    this.#oneWayMs = coordinatorMs / 2;
  }

  async take(_name: string, _points: number, window: SharedWindow): Promise<number | undefined> {
    await this.#clock.sleep(this.#oneWayMs);
    const answer = this.#taking(window);
    await this.#clock.sleep(this.#oneWayMs);
    return answer;
  }

  #taking({ limit, perMs }: SharedWindow): number | undefined {
    const now = this.#clock.monotonic();
    if (now > this.#answersForMs) return undefined;
    const full = this.#taken.at(-limit);
    if (full !== undefined && full + perMs > now) return full + perMs - now;
    this.#taken.push(now);
    return 0;
  }
  late(_name: string, afterMs: number, laterMs: number): Promise<void> {
    const left = this.#clock.monotonic() - afterMs;
    const use = this.#taken.findIndex((at) => at >= left);
    if (use >= 0) this.#taken.splice(use, 1);
    this.#taken.push(left + laterMs);
    this.#taken.sort((one, other) => one - other);
    return Promise.resolve();
  }
  recall(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  remember(): Promise<void> {
    return Promise.resolve();
  }
  claim(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  warning(): undefined {
    return undefined;
  }
  close(): void {}
}

/** xorshift32: the same chance each time. */
export function seeded(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
