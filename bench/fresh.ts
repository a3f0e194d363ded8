/** What gate and check add to an update in real time: real servers that answer more or less slowly. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../provider/src/core/clock.ts";
import { planCheck, planGate, type ProbeTarget } from "../provider/src/probe/plan.ts";
import { Prober } from "../provider/src/probe/prober.ts";
import { resolve } from "../provider/src/probe/resolve.ts";
import { Network } from "../provider/src/core/network/network.ts";
import { visitor } from "../provider/src/probe/visit.ts";
import type { Figure, Part } from "./figure.ts";
import { interleaved, timed } from "./measure.ts";

const most = 1000;
const latency = { leastMs: 100, mostMs: 1000 };
const body = (number: number): string => `page ${number} of the new release`;

export const fresh: Part = {
  title: "Gate and check",
  method:
    "`awaitOrigin` at an origin and `verifyEdge` at three nodes, each a real HTTP server on this machine that takes 100 to " +
    "1,000 ms for an answer, by its URL: 20 of 1,000 changed targets, planned, asked and compared by digest; what they add to an " +
    "update that has nothing to wait for. The slowest answer is as the server was told. Medians of 5 after 1 of warm-up, interleaved.",
  async run() {
    const servers = await Promise.all(Array.from({ length: 4 }, () => Slow.start()));
    try {
      const [origin = "", ...nodes] = servers.map(({ address }) => address);
      const prober = (): Prober =>
        new Prober({ clock: systemClock, random: Math.random, visit: visitor(new Network({ env: {} })), resolve });
      const targets = Array.from({ length: most }, (_, number) => target(number));
      const ms = await interleaved(
        {
          gate: () => timed(async () => right(await prober().gate(planGate({ address: origin }, targets), call()))),
          check: () => timed(async () => right(await prober().check(planCheck({ nodes }, targets, 0), call()))),
        },
        { rounds: 5, warmUp: 1 },
      );
      const slowest = { name: "the slowest answer", value: Math.max(...servers.map((server) => server.slowestMs)) };
      const figure = (what: string, edgecache: number): Figure => {
        return { what, unit: "ms", edgecache, against: slowest, target: 1.2 };
      };
      return [figure("Gate: 20 of 1,000 targets", ms.gate), figure("Check: 20 of 1,000 targets at 3 nodes", ms.check)];
    } finally {
      for (const server of servers) await server[Symbol.asyncDispose]();
    }
  },
};

function target(number: number): ProbeTarget {
  const hash = createHash("sha256").update(body(number)).digest("hex");
  return { target: `http://www.example.com/${number}`, hash, removed: false };
}

function call() {
  const log = { debug() {}, info() {}, warn() {}, status() {} };
  return { signal: new AbortController().signal, deadline: systemClock.monotonic() + 60_000, log };
}

function right({ findings }: { readonly findings: readonly { readonly right: boolean }[] }): void {
  if (findings.length === 0 || findings.some((finding) => !finding.right)) throw new Error("a probe was not right");
}

class Slow implements AsyncDisposable {
  readonly #server: Server;
  /** Of the answers that were asked for. */
  slowestMs = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const number = Number(request.url?.slice(1));
      const ms = latency.leastMs + ((latency.mostMs - latency.leastMs) * number) / most;
      this.slowestMs = Math.max(this.slowestMs, ms);
      void sleep(ms).then(() => response.end(body(number)));
    });
  }

  static async start(): Promise<Slow> {
    const slow = new Slow();
    slow.#server.listen(0, "127.0.0.1");
    await once(slow.#server, "listening");
    return slow;
  }

  get address(): string {
    const address = this.#server.address() satisfies AddressInfo | string | null;
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    return `127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
