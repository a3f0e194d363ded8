/**
 * How fast one stack sends beside others of which it knows nothing. Alone it
 * uses all that the vendor allows; refused, it halves its rate and comes back
 * after a pause of its own, and each window without a refusal widens it again.
 * The numbers were searched by simulation: docs/decisions/pace.md.
 */
import { windowMargin, type Pace } from "./limits.ts";

/** A call that comes back within the window of its refusal is refused again; after it, half a window by chance keeps stacks apart. */
const pauseWindows = { least: 1, most: 1.5 };
/** While a stack starts, each answer allows so many calls more to be without one. */
const boldness = 0.5;
/** Calls a window below which a rate never falls. */
const leastRate = 0.2;
/** What a stack goes on with that was refused before it could tell how much is its own. */
const firstRate = 1.5;
/** Part of itself by which a rate grows in a window; large rates grow evenly, which makes shares equal. */
const growth = 0.25;
/** How much the gap between two calls differs, so that stacks do not fall into step. */
const jitter = 0.1;

export class AdaptiveRate {
  readonly #pace: Pace;
  readonly #random: () => number;
  readonly #spanMs: number;
  readonly #sent: number[] = [];
  readonly #taken: number[] = [];
  /** Calls a window; more than the pace allows never. */
  #rate: number;
  /** While nothing has been refused yet: calls that may be without answer at once. */
  #starting = true;
  #coordinated = false;
  #mayFly = 1;
  #flying = 0;
  #closedUntil = 0;
  #nextAt = 0;
  #grownAt = 0;

  constructor(pace: Pace, random: () => number) {
    this.#pace = pace;
    this.#random = random;
    this.#rate = pace.calls;
    this.#spanMs = pace.perMs * windowMargin;
  }

  /** The moment at which a call may leave; now or earlier: at once. */
  opensAt(now: number): number {
    this.#grow(now);
    const { calls } = this.#pace;
    const full = this.#sent[this.#sent.length - calls];
    const rated = full === undefined ? 0 : full + this.#spanMs;
    const paced = this.#rate < calls ? this.#nextAt : 0;
    return Math.max(rated, paced, this.#closedUntil, this.#startsAt());
  }

  /** Others are asked before each call, so nothing has to be found out by trying; or no longer, and it has. */
  coordinate(asked: boolean): void {
    if (this.#coordinated && !asked) {
      this.#starting = true;
      this.#mayFly = 1;
    }
    this.#coordinated = asked;
  }

  sent(now: number): void {
    this.#sent.push(now);
    if (this.#sent.length > this.#pace.calls) this.#sent.shift();
    this.#flying++;
    const gap = this.#pace.perMs / this.#rate;
    this.#nextAt = now + gap * (1 - jitter + 2 * jitter * this.#random());
  }

  taken(now: number): void {
    this.#flying = Math.max(0, this.#flying - 1);
    this.#taken.push(now);
    if (this.#taken.length > this.#pace.calls) this.#taken.shift();
    if (!this.#starting) return;
    this.#mayFly += boldness;
    if (this.#mayFly >= this.#pace.calls) this.#starting = false;
  }

  /** The vendor's hint comes first: no call is sent before it. */
  refused(now: number, hintMs = 0): void {
    this.#flying = Math.max(0, this.#flying - 1);
    const { calls, perMs } = this.#pace;
    // While it is closed nothing leaves: what is refused meanwhile was sent before, and has been answered for.
    if (now < this.#closedUntil) {
      this.#closedUntil = Math.max(this.#closedUntil, now + hintMs);
      return;
    }
    const recent = this.#taken.filter((at) => at > now - perMs).length;
    const before = this.#starting ? Math.min(calls, Math.max(2 * firstRate, recent)) : this.#rate;
    this.#rate = Math.max(leastRate, before / 2);
    this.#starting = false;
    const { least, most } = pauseWindows;
    this.#closedUntil = now + hintMs + perMs * (least + (most - least) * this.#random());
    this.#nextAt = this.#closedUntil;
    this.#grownAt = now;
  }

  /** By the window, or by the gap between two calls where that is longer. */
  #grow(now: number): void {
    const { calls, perMs } = this.#pace;
    const even = Math.max(1, calls / 10);
    for (let span = perMs; this.#rate < calls; this.#grownAt += span) {
      span = Math.max(perMs, perMs / this.#rate);
      if (now - this.#grownAt < span) return;
      this.#rate = Math.min(calls, this.#rate + growth * Math.min(this.#rate, even));
    }
  }

  /** An answer that never comes delays others by one window at most. */
  #startsAt(): number {
    if (!this.#starting || this.#coordinated || this.#flying < this.#mayFly) return 0;
    return (this.#sent.at(-1) ?? 0) + this.#spanMs;
  }
}
