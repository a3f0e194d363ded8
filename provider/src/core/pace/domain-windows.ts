/**
 * URLs of one domain within a minute, as vendors count them for an operation
 * of an account. Says what may leave now, so that no call is refused; a refusal
 * closes the window of one domain, and teaches which of the vendor's pages holds.
 */
import type { Clock } from "../clock.ts";
import { Interrupted } from "../errors.ts";
import type { Coordinator } from "./coordinator.ts";
import { leavingNow, windowMargin, type DomainLimit } from "./limits.ts";

/** A call on its way, until its answer. The first that is told counts. */
export interface Departure {
  /** Domains for which it may not leave after all: other stacks have used their windows. */
  readonly held: ReadonlySet<string>;
  accepted(): void;
  /** Refused for the window of a domain that the vendor does not name. */
  refused(retryAfterMs?: number): void;
  /** The vendor did nothing, for another reason. */
  undone(): void;
  /** It may have been carried out, so it counts here too. */
  over(): void;
}

/** Domain → URLs. */
export type Counts = ReadonlyMap<string, number>;

interface Use {
  readonly at: number;
  readonly count: number;
}

/** More refusals of one domain in a row do not make its pauses longer. */
const mostDoublings = 3;

export class DomainWindows {
  readonly perMs: number;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #coordinator: Coordinator | undefined;
  readonly #uses = new Map<string, Use[]>();
  readonly #closed = new Map<string, { readonly until: number; readonly refusals: number }>();
  #readings: readonly [number, ...number[]];
  /** A call that goes beyond the lower reading has no answer yet: one is enough to learn from. */
  #probing = false;
  #waiters: (() => void)[] = [];

  /** `name`: of operation and account, for the coordinator. */
  constructor(
    name: string,
    limit: DomainLimit,
    world: { readonly clock: Clock; readonly random: () => number; readonly coordinator?: Coordinator | undefined },
  ) {
    this.#name = name;
    this.perMs = limit.perMs;
    this.#readings = limit.readings;
    this.#clock = world.clock;
    this.#random = world.random;
    this.#coordinator = world.coordinator;
  }

  /** URLs a window and domain, as far as is known. */
  get limit(): number {
    return this.#readings[0];
  }

  /** The least that the vendor's pages say, until the vendor has shown more. */
  get lowest(): number {
    return this.#readings.at(-1) ?? this.limit;
  }

  /** How many of what waits for each domain may leave now. */
  room(waiting: Counts): Map<string, number> {
    const now = this.#clock.monotonic();
    const room = new Map<string, number>();
    for (const [domain, count] of waiting) {
      const free = this.#isClosed(domain, now) ? 0 : Math.max(0, this.limit - this.#used(domain, now));
      room.set(domain, leavingNow(count, free, this.limit));
    }
    return room;
  }

  mayLeave(call: Counts): boolean {
    const now = this.#clock.monotonic();
    if (this.#probing && this.#isProbe(call, now)) return false;
    for (const [domain, count] of call) {
      if (this.#isClosed(domain, now) || this.#used(domain, now) + count > this.limit) return false;
    }
    return true;
  }

  /** The call leaves now. */
  async depart(call: Counts): Promise<Departure> {
    const now = this.#clock.monotonic();
    const probe = this.#isProbe(call, now);
    if (probe) this.#probing = true;
    const own = new Map<string, Use>();
    for (const [domain, count] of call) {
      const use = { at: now, count };
      own.set(domain, use);
      this.#uses.set(domain, [...(this.#uses.get(domain) ?? []), use]);
    }
    const held = await this.#holdBack(call);
    for (const domain of held) this.#giveBack(domain, own.get(domain));
    const giveAllBack = (): void => own.forEach((use, domain) => this.#giveBack(domain, use));
    let told = false;
    const end = (tell: () => void): void => {
      if (told) return;
      told = true;
      if (probe) this.#probing = false;
      tell();
      this.#wake();
    };
    return {
      held,
      accepted: () => end(() => this.#accepted(call, probe && held.size === 0)),
      refused: (retryAfterMs) =>
        end(() => {
          this.#refused(call, retryAfterMs);
          giveAllBack();
        }),
      undone: () => end(giveAllBack),
      over: () => end(() => undefined),
    };
  }

  /** Resolves when something of what waits may leave, or when it is worth asking again. */
  async opening(waiting: Counts, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const woken = new Promise<void>((resolve) => this.#waiters.push(resolve));
    const now = this.#clock.monotonic();
    // While another call is on its way to teach the limit, its answer is waited for instead.
    const wait = this.#probing ? this.perMs : Math.min(...Array.from(waiting, (each) => this.#untilOpen(each, now)));
    try {
      const either = AbortSignal.any([signal, stop.signal]);
      await Promise.race([woken, this.#clock.sleep(Math.max(1, wait), either)]);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    } finally {
      stop.abort(new Interrupted("cancelled"));
    }
  }

  /** Other stacks' knowledge, before anything is planned by it. */
  async recall(): Promise<void> {
    const known = await this.#coordinator?.recall(this.#name);
    if (known !== undefined) this.#learn(known);
  }

  #accepted(call: Counts, probe: boolean): void {
    for (const domain of call.keys()) this.#closed.delete(domain);
    if (probe) this.#readings = [this.limit];
  }

  #refused(call: Counts, retryAfterMs: number | undefined): void {
    const now = this.#clock.monotonic();
    const [, next] = this.#readings;
    const [domain, used] = this.#fullest(call, now);
    if (next !== undefined && used > next) {
      // This process alone has sent more than the next reading allows, so that one holds, and its own uses say when.
      this.#learn(next);
      void this.#coordinator?.remember(this.#name, next);
      return;
    }
    // Others use the window too. Coming back at any moment of it, later each time, shares it with them.
    const refusals = (this.#closed.get(domain)?.refusals ?? 0) + 1;
    const spread = this.perMs * 2 ** Math.min(mostDoublings, refusals - 1);
    const until = now + (retryAfterMs ?? 0) + this.#random() * spread;
    this.#closed.set(domain, { until, refusals });
  }

  #learn(limit: number): void {
    const readings = this.#readings.filter((reading) => reading <= limit);
    const [first, ...rest] = readings;
    if (first !== undefined) this.#readings = [first, ...rest];
  }

  /** Asks for each domain whether the other stacks leave room; which not are held back. */
  async #holdBack(call: Counts): Promise<ReadonlySet<string>> {
    const held = new Set<string>();
    const coordinator = this.#coordinator;
    if (coordinator === undefined) return held;
    const window = { limit: this.limit, perMs: this.perMs * windowMargin };
    const take = async ([domain, count]: readonly [string, number]): Promise<void> => {
      const wait = await coordinator.take(`${this.#name} ${domain}`, count, window);
      if (wait === undefined || wait === 0) return;
      held.add(domain);
      this.#closed.set(domain, { until: this.#clock.monotonic() + wait, refusals: 0 });
    };
    await Promise.all(Array.from(call, take));
    return held;
  }

  #giveBack(domain: string, use: Use | undefined): void {
    const uses = this.#uses.get(domain)?.filter((other) => other !== use) ?? [];
    if (uses.length > 0) this.#uses.set(domain, uses);
    else this.#uses.delete(domain);
  }

  /** The domain whose window this call has probably overrun. */
  #fullest(call: Counts, now: number): [string, number] {
    let fullest: [string, number] = ["", 0];
    for (const domain of call.keys()) {
      const used = this.#used(domain, now);
      if (used > fullest[1]) fullest = [domain, used];
    }
    return fullest;
  }

  #isProbe(call: Counts, now: number): boolean {
    const [, next] = this.#readings;
    return next !== undefined && Array.from(call).some(([domain, count]) => this.#used(domain, now) + count > next);
  }

  #isClosed(domain: string, now: number): boolean {
    return (this.#closed.get(domain)?.until ?? 0) > now;
  }

  #used(domain: string, now: number): number {
    const since = now - this.perMs * windowMargin;
    const uses = (this.#uses.get(domain) ?? []).filter(({ at }) => at > since);
    this.#uses.set(domain, uses);
    return uses.reduce((sum, { count }) => sum + count, 0);
  }

  /** Milliseconds until the first part of what waits for a domain has room. */
  #untilOpen([domain, waiting]: readonly [string, number], now: number): number {
    const closed = Math.max(0, (this.#closed.get(domain)?.until ?? 0) - now);
    const first = leavingNow(waiting, this.limit, this.limit);
    let excess = this.#used(domain, now) + first - this.limit;
    for (const { at, count } of this.#uses.get(domain) ?? []) {
      if (excess <= 0) break;
      excess -= count;
      if (excess <= 0) return Math.max(closed, at + this.perMs * windowMargin - now);
    }
    return closed;
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
