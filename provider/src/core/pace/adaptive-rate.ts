/**
 * How fast one stack sends beside others of which it knows nothing. Alone it
 * uses all that the vendor allows; refused, it halves its rate and comes back
 * after a pause of its own, and each window without a refusal widens it again.
 * The numbers were searched by simulation: docs/decisions/pace.md.
 */
import { firstSpread, windowMargin, type Pace } from "./limits.ts";

/** A call that comes back within the window of its refusal is refused again; after it, a part of a window by chance keeps stacks apart. */
const pauseWindows = { least: 1.3, most: 1.4 };
/** While a stack starts, each answer allows so many calls more to be without one. */
const boldness = 0.5;
/** Calls a window below which a rate never falls. */
const leastRate = 0.25;
/** What a stack goes on with that was refused before it could tell how much is its own. */
const firstRate = 1.5;
/** Where much went through in the last window it keeps more, since few others are there; of a little, more than its own was free by chance. */
const firstPart = { of: 1.5, power: 3 };
/** What a rate of one call a window grows by in a window. Larger rates grow faster, to be there when others are done. */
const growth = { of: 0.068, power: 1.7 };
/** At most this part of the limit in a window. */
const mostGrowth = 1 / 50;
/** Who has waited for so many windows grows by as much again, up to two and a half times: late stacks otherwise pass unlucky ones. */
const patience = { windows: 15, times: 2.5 };
/** After so many windows without a call a stack is a new one. */
const idleWindows = 10;
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
  #mostInFlight = 1;
  #inFlight = 0;
  #closedUntil = 0;
  #nextAt = 0;
  #grownAt = 0;
  #startedAt = 0;

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
    const paced = this.#rate < calls || this.#tries() ? this.#nextAt : 0;
    return Math.max(rated, paced, this.#closedUntil, this.#startsAt());
  }

  /** Others are asked before each call, so nothing has to be found out by trying; or no longer, and it has. */
  coordinate(now: number, asked: boolean): void {
    if (this.#coordinated && !asked) this.#start(now);
    this.#coordinated = asked;
  }

  sent(now: number): void {
    const idleFrom = Math.max(this.#sent.at(-1) ?? -Infinity, this.#closedUntil);
    if (now - idleFrom > idleWindows * this.#pace.perMs) this.#start(now);
    this.#sent.push(now);
    if (this.#sent.length > this.#pace.calls) this.#sent.shift();
    this.#inFlight++;
    const gap = (this.#pace.perMs / this.#rate) * (this.#tries() ? firstSpread : 1);
    this.#nextAt = now + gap * (1 - jitter + 2 * jitter * this.#random());
  }

  taken(now: number): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1);
    this.#taken.push(now);
    if (this.#taken.length > this.#pace.calls) this.#taken.shift();
    if (!this.#starting) return;
    this.#mostInFlight += boldness;
    if (this.#mostInFlight >= this.#pace.calls) this.#starting = false;
  }

  /** The vendor's hint comes first: no call is sent before it. */
  refused(now: number, hintMs = 0): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1);
    const { calls, perMs } = this.#pace;
    // While it is closed nothing leaves: what is refused meanwhile was sent before, and has been answered for.
    if (now < this.#closedUntil) {
      this.#closedUntil = Math.max(this.#closedUntil, now + hintMs);
      return;
    }
    const recent = this.#taken.filter((at) => at > now - perMs).length / calls;
    const first = Math.min(calls / 2, Math.max(firstRate, firstPart.of * calls * recent ** firstPart.power));
    this.#rate = this.#starting ? first : Math.max(leastRate, this.#rate / 2);
    this.#starting = false;
    const { least, most } = pauseWindows;
    this.#closedUntil = now + hintMs + perMs * (least + (most - least) * this.#random());
    this.#nextAt = this.#closedUntil;
    this.#grownAt = now + hintMs;
  }

  #grow(now: number): void {
    const { calls, perMs } = this.#pace;
    for (; this.#rate < calls && now - this.#grownAt >= perMs; this.#grownAt += perMs) {
      const waited = (this.#grownAt - this.#startedAt) / perMs / patience.windows;
      const more = Math.min(mostGrowth * calls, growth.of * this.#rate ** growth.power);
      this.#rate = Math.min(calls, this.#rate + more * (1 + Math.min(patience.times, waited)));
    }
  }

  #start(now: number): void {
    this.#rate = this.#pace.calls;
    this.#starting = true;
    this.#mostInFlight = 1;
    this.#startedAt = now;
  }

  /** Nothing is known of others yet. */
  #tries(): boolean {
    return this.#starting && !this.#coordinated;
  }

  /** An answer that never comes delays others by one window at most. */
  #startsAt(): number {
    if (!this.#tries() || this.#inFlight < this.#mostInFlight) return 0;
    return (this.#sent.at(-1) ?? 0) + this.#spanMs;
  }
}
