/** A cloud and the provider by one clock that jumps (../reliability/clock.ts): minutes of waiting cost nothing. */
import { startEmulator, type Emulator, type SeedInput } from "../../emulator/src/index.ts";
import { template } from "../../emulator/src/vendors/template/index.ts";
import type { Resource } from "../../provider/src/engine/define/resource.ts";
import { JumpClock, Traffic } from "../reliability/clock.ts";
import { contextOf, Stack, type TestContext } from "./world.ts";

export class JumpingGround implements Disposable {
  readonly #traffic = new Traffic();
  readonly #clock = new JumpClock(this.#traffic);

  readonly now = (): number => this.#clock.now();

  /** What one process of the plugin would have. */
  context(config: object): TestContext {
    return contextOf(config, this.#clock.of(this));
  }

  stack(resource: Resource<TestContext>, context: TestContext): Stack<TestContext> {
    return new Stack(resource, context, this.#clock.of(this), (work) => this.#clock.during(work));
  }

  get clock(): JumpClock {
    return this.#clock;
  }

  /** The vendors' SDKs are loaded when first used, and the clock should not jump meanwhile. */
  async slowly<T>(work: () => Promise<T>, quietMs = 100): Promise<T> {
    this.#clock.quietMs = quietMs;
    try {
      return await work();
    } finally {
      this.#clock.quietMs = 0;
    }
  }

  /** Time stands still: for work that does not wait for it. */
  async still<T>(work: () => Promise<T>): Promise<T> {
    this.#clock.quietMs = Infinity;
    try {
      return await work();
    } finally {
      this.#clock.quietMs = 0;
    }
  }

  [Symbol.dispose](): void {
    this.#traffic[Symbol.dispose]();
  }
}

/** The emulator on such a ground. */
export class Jumping extends JumpingGround implements AsyncDisposable {
  #emulator: Emulator | undefined;

  static async start(seed: SeedInput = {}): Promise<Jumping> {
    const ground = new Jumping();
    // Clients sign with the machine's time, which the jumping clock leaves behind.
    const limits = { "auth.acs3WindowMs": 1e12, "auth.tc3WindowMs": 1e12 };
    ground.#emulator = await startEmulator({ machine: ground.now, limits, seed, vendors: [template] });
    return ground;
  }

  get emulator(): Emulator {
    if (this.#emulator === undefined) throw new Error("not started");
    return this.#emulator;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#emulator?.close();
    this[Symbol.dispose]();
  }
}
