/** Whether an engine is gone that says no goodbye: by the connection to its log service. */
import { connect, createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { watchEngine } from "../../provider/src/engine/process/watch.ts";

class Engine {
  readonly #server: Http2Server = createServer();
  readonly #sessions = new Set<ServerHttp2Session>();

  constructor() {
    this.#server.on("session", (session) => {
      this.#sessions.add(session);
      session.on("error", () => undefined);
    });
  }

  listen(port = 0): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(port, "127.0.0.1", () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  /** Breaks the connection that it has, and goes on. */
  drop(): void {
    for (const session of this.#sessions) session.destroy();
    this.#sessions.clear();
  }

  get connections(): number {
    return this.#sessions.size;
  }

  async end(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Waits pass at once; how many there were, and of what length. */
function watching(port: number) {
  const waits: number[] = [];
  let gone = 0;
  const host = {
    after(ms: number, callback: () => void) {
      waits.push(ms);
      const timer = setTimeout(callback, 5);
      return () => clearTimeout(timer);
    },
  };
  watchEngine(`127.0.0.1:${port}`, host, () => void (gone += 1));
  return { waits, gone: () => gone };
}

const settled = expect.poll;

test("an engine that ends is gone after two refusals, told once", async () => {
  const engine = new Engine();
  const { waits, gone } = watching(await engine.listen());
  await settled(() => engine.connections).toBe(1);
  await engine.end();
  await settled(gone).toBe(1);
  expect(waits).toEqual([500, 500]);
});

test("an engine that closes an idle connection is dialled again, and is not gone", async () => {
  const engine = new Engine();
  const { waits, gone } = watching(await engine.listen());
  await settled(() => engine.connections).toBe(1);
  for (const drops of [1, 2, 3]) {
    engine.drop();
    await settled(() => engine.connections).toBe(1);
    expect([waits.length, gone()]).toEqual([drops, 0]);
  }
  await engine.end();
  await settled(gone).toBe(1);
});

test("an address that never answered is not watched", async () => {
  const engine = new Engine();
  const port = await engine.listen();
  await engine.end();
  const { waits, gone } = watching(port);
  // Who dials later is refused later.
  const dialled = connect(`http://127.0.0.1:${port}`).on("error", () => undefined);
  await new Promise((resolve) => dialled.on("close", resolve));
  expect([waits, gone()]).toEqual([[], 0]);
});
