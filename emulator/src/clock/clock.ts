/**
 * The emulator's time. Everything that depends on time asks a Clock, so a test can stop it and move it by hand.
 */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export type ClockMode = "real" | "frozen";

/** The vendors write years of four digits, and dates before 1970 would be quota days before the first. */
const FIRST = 0;
const LAST = Date.parse("9999-01-01T00:00:00Z");

/** A moment outside the years that the clouds can write. */
export class ClockError extends Error {}

/** A clock that runs with the machine (plus an offset) or stands still until it is moved. */
export class DrivenClock implements Clock {
  readonly #machine: () => number;
  #frozenAt: number | undefined;
  #offset = 0;

  constructor(start: "real" | number, machine: () => number) {
    this.#machine = machine;
    if (start !== "real") this.freeze(start);
  }

  get mode(): ClockMode {
    return this.#frozenAt === undefined ? "real" : "frozen";
  }

  now(): number {
    return this.#frozenAt ?? this.#machine() + this.#offset;
  }

  /** Stops the clock at a moment. */
  freeze(at: number = this.now()): void {
    this.#frozenAt = possible(at);
  }

  /** Lets the clock run with the machine again: from the present machine time, or from where it stands. */
  run(from: "machine" | "here" = "machine"): void {
    this.#offset = from === "here" ? this.now() - this.#machine() : 0;
    this.#frozenAt = undefined;
  }

  advance(ms: number): void {
    possible(this.now() + ms);
    if (this.#frozenAt === undefined) this.#offset += ms;
    else this.#frozenAt += ms;
  }
}

function possible(at: number): number {
  if (at >= FIRST && at <= LAST) return at;
  throw new ClockError("the clock goes from 1970 to 9999-01-01T00:00:00Z");
}
