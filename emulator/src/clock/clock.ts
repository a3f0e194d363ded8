/**
 * The emulator's time. Everything that depends on time asks a Clock, so a test can stop it and move it by hand.
 */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export type ClockMode = "real" | "frozen";

/** A clock that runs with the machine (plus an offset) or stands still until it is moved. */
export class DrivenClock implements Clock {
  readonly #machine: () => number;
  #frozenAt: number | undefined;
  #offset = 0;

  constructor(start: "real" | number, machine: () => number) {
    this.#machine = machine;
    if (start !== "real") this.#frozenAt = start;
  }

  get mode(): ClockMode {
    return this.#frozenAt === undefined ? "real" : "frozen";
  }

  now(): number {
    return this.#frozenAt ?? this.#machine() + this.#offset;
  }

  /** Stops the clock at a moment. */
  freeze(at: number = this.now()): void {
    this.#frozenAt = at;
  }

  /** Lets the clock run with the machine again: from the present machine time, or from where it stands. */
  run(from: "machine" | "here" = "machine"): void {
    this.#offset = from === "here" ? this.now() - this.#machine() : 0;
    this.#frozenAt = undefined;
  }

  advance(ms: number): void {
    if (this.#frozenAt === undefined) this.#offset += ms;
    else this.#frozenAt += ms;
  }
}
