/** Processes that run tests, and are ended when one of them hangs. */
import { fork, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Order, Ran } from "./messages.ts";

export class Pool implements Disposable {
  readonly #scratch: string;
  readonly #idle: Runner[] = [];
  readonly #all = new Set<Runner>();

  constructor(scratch: string) {
    this.#scratch = scratch;
  }

  /** `undefined`: it did not end in time. */
  async run(order: Order, withinMs: number): Promise<Ran | undefined> {
    const runner = this.#idle.pop() ?? new Runner(this.#scratch);
    this.#all.add(runner);
    const ran = await runner.run(order, withinMs);
    if (ran === undefined) this.#all.delete(runner);
    else this.#idle.push(runner);
    return ran;
  }

  /** In a process of its own, with another text in that file. */
  async runWith(file: string, text: string, order: Order, withinMs: number): Promise<Ran | undefined> {
    const whole = path.join(this.#scratch, file);
    const before = readFileSync(whole, "utf8");
    writeFileSync(whole, text);
    const runner = new Runner(this.#scratch);
    try {
      return await runner.run(order, withinMs);
    } finally {
      runner.end();
      writeFileSync(whole, before);
    }
  }

  [Symbol.dispose](): void {
    for (const runner of this.#all) runner.end();
  }
}

class Runner {
  readonly #child: ChildProcess;
  #said = "";

  constructor(scratch: string) {
    // A group of its own: whatever its tests started ends with it.
    this.#child = fork(path.join(import.meta.dirname, "runner.ts"), [scratch], {
      cwd: scratch,
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr?.on("data", (chunk) => (this.#said = `${this.#said}${String(chunk)}`.slice(-2000)));
  }

  run(order: Order, withinMs: number): Promise<Ran | undefined> {
    return new Promise((resolve) => {
      const finish = (ran?: Ran): void => {
        clearTimeout(timer);
        this.#child.removeAllListeners();
        if (ran === undefined) this.end();
        resolve(ran);
      };
      const timer = setTimeout(finish, withinMs);
      this.#child.once("message", (ran: Ran) => finish(ran));
      this.#child.once("exit", () => {
        console.error(`mutate: a process ended by itself: ${this.#said}`);
        finish();
      });
      this.#child.send(order);
    });
  }

  end(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
