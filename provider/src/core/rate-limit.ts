/**
 * One gate per vendor action: at most `calls` within any `perMs`, and fewer
 * while other stacks use the same account. Who waits is served in turn between
 * owners, first come first served within one.
 */
import type { Clock } from "./clock.ts";
import { Interrupted } from "./errors.ts";
import { AdaptiveRate } from "./pace/adaptive-rate.ts";
import type { Coordinator, SharedWindow } from "./pace/coordinator.ts";
import { windowMargin, type Pace } from "./pace/limits.ts";

export type { Pace } from "./pace/limits.ts";

/** Calls that may leave, as the coordinator says. */
interface Places {
  left: number;
  used: number;
  readonly askedAt: number;
  readonly answeredAt: number;
  /** After which to ask again, where there are none. */
  readonly waitMs: number;
}

interface Waiter {
  readonly grant: () => void;
}

/** The first calls of a process are slow: what is loaded for them does not make later ones slower. */
const usualMs = 150;
/** A call that has no answer after so many windows is no longer waited for. */
const forgottenWindows = 10;

export class RateLimiter {
  readonly #clock: Clock;
  readonly #rate: AdaptiveRate;
  readonly #coordinator: Coordinator | undefined;
  readonly #name: string;
  readonly #window: SharedWindow;
  readonly #waiting = new Map<string, Waiter[]>();
  /** When places were asked for of calls that have no answer yet, the oldest first. */
  #left: number[] = [];
  #places: Places = { left: 0, used: 0, askedAt: 0, answeredAt: 0, waitMs: 0 };
  #quickestMs = usualMs;
  #pumping = false;
  /** Ends the pump's sleep: an answer may have opened the gate. */
  #answered = new AbortController();

  /** `name`: of operation and account, for the coordinator. */
  constructor(
    pace: Pace,
    world: { readonly clock: Clock; readonly random: () => number; readonly coordinator?: Coordinator | undefined },
    name = "",
  ) {
    this.#clock = world.clock;
    this.#rate = new AdaptiveRate(pace, world.random);
    this.#coordinator = world.coordinator;
    this.#name = name;
    this.#window = { limit: pace.calls, perMs: pace.perMs * windowMargin };
  }

  /** Resolves when the caller may send one call. */
  take(owner: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(Interrupted.by(signal));
      const queue = this.#waiting.get(owner) ?? [];
      const waiter: Waiter = {
        grant: () => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#remove(owner, waiter);
        reject(Interrupted.by(signal));
      };
      signal.addEventListener("abort", leave, { once: true });
      queue.push(waiter);
      this.#waiting.set(owner, queue);
      if (!this.#pumping) void this.#pump();
    });
  }

  /** The vendor said "too often". */
  throttled(retryAfterMs?: number): void {
    const now = this.#clock.monotonic();
    this.#rate.refused(now, retryAfterMs);
    this.#tellAnswer(now);
  }

  succeeded(): void {
    const now = this.#clock.monotonic();
    this.#rate.taken(now);
    this.#tellAnswer(now);
    this.#answered.abort(new Interrupted("cancelled"));
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    while (this.#waiting.size > 0) {
      const now = this.#clock.monotonic();
      const closedMs = this.#rate.opensAt(now) - now;
      if (closedMs > 0) {
        await this.#sleep(closedMs);
      } else if (this.#places.left > 0 && now - this.#places.answeredAt < this.#window.perMs / 2) {
        this.#places.left--;
        this.#places.used++;
        this.#serveNext(this.#places.askedAt);
      } else {
        this.#places = await this.#sharedPlaces();
        if (this.#places.left === 0) await this.#sleep(this.#places.waitMs);
      }
    }
    this.#pumping = false;
  }

  /**
   * What the other stacks leave; where they can be asked nothing has to be found out by trying. A server that is far
   * away is asked for as many places as may leave until it answers, as far as calls have come so fast: one by one they
   * would leave too late. What is not used then was taken for nothing, for one window.
   */
  async #sharedPlaces(): Promise<Places> {
    const askedAt = this.#clock.monotonic();
    const coordinator = this.#coordinator;
    if (coordinator === undefined) return { left: 1, used: 0, askedAt, answeredAt: askedAt, waitMs: 0 };
    const { limit, perMs } = this.#window;
    const { used, askedAt: askedBefore, answeredAt: answeredBefore } = this.#places;
    const waiting = Array.from(this.#waiting.values(), (queue) => queue.length).reduce((sum, count) => sum + count, 0);
    const most = Math.min(limit, Math.ceil(((answeredBefore - askedBefore) * limit) / perMs));
    const count = Math.max(1, Math.min(most, Math.max(waiting, 2 * used)));
    const take = () => coordinator.take(this.#name, 1, this.#window);
    const waits = await Promise.all(Array.from({ length: count }, take));
    const answeredAt = this.#clock.monotonic();
    const known = waits.filter((wait) => wait !== undefined);
    this.#rate.coordinate(answeredAt, known.length > 0);
    if (known.length === 0) return { left: 1, used: 0, askedAt: answeredAt, answeredAt, waitMs: 0 };
    const left = known.filter((wait) => wait === 0).length;
    return { left, used: 0, askedAt, answeredAt, waitMs: Math.min(...known) };
  }

  /**
   * Which call was answered is not known: the oldest, which is the longest that it can have been. What the shared window
   * is longer than the vendor's covers a little of it.
   */
  #tellAnswer(now: number): void {
    const left = this.#left.shift();
    if (this.#coordinator === undefined || left === undefined) return;
    const afterMs = now - left;
    this.#quickestMs = Math.min(this.#quickestMs, afterMs);
    const laterMs = afterMs - this.#quickestMs - this.#window.perMs * (1 - 1 / windowMargin);
    if (laterMs > 0) void this.#coordinator.late(this.#name, afterMs, laterMs, this.#window);
  }

  async #sleep(ms: number): Promise<void> {
    this.#answered = new AbortController();
    // Whole milliseconds: a clock may not be able to tell less apart.
    await this.#clock.sleep(Math.ceil(ms), this.#answered.signal).catch(() => undefined);
  }

  /** `askedAt`: for its place, which may have been counted then. */
  #serveNext(askedAt: number): void {
    const next = this.#waiting.entries().next().value;
    if (next === undefined) return;
    const now = this.#clock.monotonic();
    const [owner, queue] = next;
    const waiter = queue.shift();
    // The owner that was served goes to the end of the row.
    this.#waiting.delete(owner);
    if (queue.length > 0) this.#waiting.set(owner, queue);
    this.#rate.sent(now);
    if (this.#coordinator !== undefined)
      this.#left = [...this.#left.filter((at) => now - at < forgottenWindows * this.#window.perMs), askedAt];
    waiter?.grant();
  }

  #remove(owner: string, waiter: Waiter): void {
    const left = (this.#waiting.get(owner) ?? []).filter((other) => other !== waiter);
    if (left.length > 0) this.#waiting.set(owner, left);
    else this.#waiting.delete(owner);
  }
}
