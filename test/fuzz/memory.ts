/** The live heap of a Node process, after a full collection, asked through its inspector. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Plugin } from "../protocol/plugin.ts";

export class Memory implements AsyncDisposable {
  readonly #socket: WebSocket;
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** The process must have been started with `--inspect=127.0.0.1:0`. */
  static async of(plugin: Plugin): Promise<Memory> {
    for (;;) {
      const [, url] = /listening on (ws:\S+)/.exec(plugin.stderr.join("")) ?? [];
      if (url === undefined) await sleep(10);
      else {
        const socket = new WebSocket(url);
        await once(socket, "open");
        return new Memory(socket);
      }
    }
  }

  async used(): Promise<number> {
    await this.#ask("HeapProfiler.enable");
    await this.#ask("HeapProfiler.collectGarbage");
    const { result } = await this.#ask("Runtime.getHeapUsage");
    return Number(Reflect.get(result ?? {}, "usedSize"));
  }

  async #ask(method: string): Promise<{ readonly result?: object }> {
    const id = (this.#asked += 1);
    this.#socket.send(JSON.stringify({ id, method }));
    for (;;) {
      const [event]: { data: unknown }[] = await once(this.#socket, "message");
      const answer: { id?: number; result?: object } = JSON.parse(String(event?.data));
      if (answer.id === id) return answer;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
  }
}
