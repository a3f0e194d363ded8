/**
 * Time that jumps: whenever nothing moves in this process but timers, the
 * next one fires at once. Provider and emulator both run by it, over real
 * HTTP; so minutes of waiting cost milliseconds, and always the same ones.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import type { Clock } from "../../provider/src/core/clock.ts";
import { Interrupted } from "../../provider/src/core/errors.ts";

/** Requests under way in this process, whoever sends them. */
export class Traffic implements Disposable {
  active = 0;
  /** Counts everything that happens. */
  moves = 0;
  /** Sees each request as it leaves. */
  onRequest: (request: ClientRequest) => void = () => undefined;
  readonly #started = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    this.active += 1;
    this.moves += 1;
    request.once("close", () => {
      this.active -= 1;
      this.moves += 1;
    });
    this.onRequest(request);
  };

  constructor() {
    subscribe("http.client.request.start", this.#started);
  }

  [Symbol.dispose](): void {
    unsubscribe("http.client.request.start", this.#started);
  }
}

interface OwnedTimer {
  readonly at: number;
  readonly owner: object;
  readonly fire: () => void;
}

export class JumpClock {
  /** An answer that takes longer than this, in real milliseconds, no longer stops time. */
  stallMs = Infinity;
  /** Real milliseconds of quiet before time jumps: for work that is no traffic, such as loading modules. */
  quietMs = 0;
  readonly #traffic: Traffic;
  readonly #timers = new Set<OwnedTimer>();
  #now = Date.now();
  #elapsed = 0;
  #holders = 0;
  #running = false;

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  readonly now = (): number => this.#now;
  /** Far from the wall clock, so that whoever takes one for the other fails. */
  readonly monotonic = (): number => this.#elapsed;

  advance(ms: number): void {
    this.#now += ms;
    this.#elapsed += ms;
  }

  /** Somebody sets the machine's clock; no time passes. */
  set(now: number): void {
    this.#now = now;
  }

  /** Time passes only while somebody works. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#holders += 1;
    if (!this.#running) void this.#run();
    try {
      return await work();
    } finally {
      this.#holders -= 1;
    }
  }

  /** The clock of one process. When the process is gone, nothing of it fires any more. */
  of(owner: object): Clock & { after(ms: number, callback: () => void): () => void } {
    const after = (ms: number, fire: () => void): (() => void) => {
      const timer = { at: this.#elapsed + Math.max(0, ms), owner, fire };
      this.#timers.add(timer);
      return () => void this.#timers.delete(timer);
    };
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(Interrupted.by(signal));
        const stop = (): void => {
          cancel();
          reject(Interrupted.by(signal));
        };
        const cancel = after(ms, () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        });
        signal?.addEventListener("abort", stop, { once: true });
      });
    return { now: this.now, monotonic: this.monotonic, after, sleep };
  }

  /** Forgets what a process was waiting for. */
  kill(owner: object): void {
    for (const timer of this.#timers) if (timer.owner === owner) this.#timers.delete(timer);
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (;;) {
      await this.#quiet();
      if (this.#holders === 0) break;
      let next: OwnedTimer | undefined;
      for (const timer of this.#timers) if (next === undefined || timer.at < next.at) next = timer;
      if (next === undefined) continue;
      this.#timers.delete(next);
      this.advance(Math.max(0, next.at - this.#elapsed));
      next.fire();
    }
    this.#running = false;
  }

  /** Turns of the event loop in which nothing moves: whoever can go on has gone on. */
  async #quiet(): Promise<void> {
    const turns = 4;
    let since = performance.now();
    for (let calm = 0, moves = -1; calm < turns;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (moves !== this.#traffic.moves) since = performance.now();
      const stalled = performance.now() - since > this.stallMs;
      const quiet = this.#traffic.active === 0 && performance.now() - since >= this.quietMs;
      calm = (quiet || stalled) && moves === this.#traffic.moves ? calm + 1 : 0;
      moves = this.#traffic.moves;
    }
  }
}
