/** An emulator and the provider by one clock that jumps (../reliability/clock.ts): minutes of waiting cost nothing. */
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import type { Resource } from "../../provider/src/engine/define/resource.ts";
import { JumpClock, Traffic } from "../reliability/clock.ts";
import { contextOf, Stack, type TestContext } from "./world.ts";

export class Jumping implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly #traffic: Traffic;
  readonly #clock: JumpClock;

  private constructor(emulator: Emulator, traffic: Traffic, clock: JumpClock) {
    this.emulator = emulator;
    this.#traffic = traffic;
    this.#clock = clock;
  }

  static async start(): Promise<Jumping> {
    const traffic = new Traffic();
    const clock = new JumpClock(traffic);
    // Clients sign with the machine's time, which the jumping clock leaves behind.
    const limits = { "auth.acs3WindowMs": 1e12, "auth.tc3WindowMs": 1e12 };
    return new Jumping(await startEmulator({ machine: clock.now, limits }), traffic, clock);
  }

  /** What one process of the plugin would have. */
  context(config: object): TestContext {
    return contextOf(config, this.#clock.of(this));
  }

  stack(resource: Resource<TestContext>, context: TestContext): Stack<TestContext> {
    return new Stack(resource, context, this.#clock.of(this), (work) => this.#clock.during(work));
  }

  /** The vendors' SDKs are loaded when first used, and the clock should not jump meanwhile. */
  async slowly<T>(work: () => Promise<T>): Promise<T> {
    this.#clock.quietMs = 100;
    try {
      return await work();
    } finally {
      this.#clock.quietMs = 0;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
    this.#traffic[Symbol.dispose]();
  }
}
