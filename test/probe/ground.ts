/** Real small servers and a prober by one clock that jumps (../reliability/clock.ts): minutes of waiting cost nothing. */
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";
import { afterEach, beforeEach } from "vitest";
import type * as z from "zod";
import { awaitOrigin, verifyEdge } from "../../provider/src/probe/inputs.ts";
import { planCheck, planGate, type ProbeTarget } from "../../provider/src/probe/plan.ts";
import { Prober, type EdgeResult, type GateResult, type ProbeWorld } from "../../provider/src/probe/prober.ts";
import { Network } from "../../provider/src/core/network/network.ts";
import { visitor } from "../../provider/src/probe/visit.ts";
import { JumpClock, Traffic } from "../reliability/clock.ts";

export interface Served {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Seconds since the test began, by the clock that jumps. */
  readonly second: number;
}

export type Handler = (served: Served) => void | Promise<void>;

export interface Running {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** What arrived, in order: when, and its lines. */
  readonly log: {
    readonly second: number;
    readonly method: string;
    readonly url: string;
    readonly headers: http.IncomingHttpHeaders;
  }[];
}

export class Ground {
  readonly #traffic = new Traffic();
  readonly clock = new JumpClock(this.#traffic);
  readonly own = this.clock.of(this);
  readonly #servers: http.Server[] = [];
  readonly statuses: string[] = [];
  /** Of the process that probes. */
  env: Readonly<Record<string, string>> = {};
  caBundle: string | undefined;
  readonly started = this.own.monotonic();
  readonly cancel = new AbortController();
  #prober: Prober | undefined;

  async serve(handler: Handler, tls?: { readonly key: string; readonly cert: string }): Promise<Running> {
    const log: Running["log"] = [];
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      const second = (this.own.monotonic() - this.started) / 1000;
      log.push({ second, method: request.method ?? "", url: request.url ?? "", headers: request.headers });
      void handler({ request, response, second });
    };
    const server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // oxlint-disable-next-line typescript/consistent-type-assertions -- it listens on a port
    return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, log };
  }

  prober(world: Partial<ProbeWorld> = {}): Prober {
    const resolve = (): Promise<never> => Promise.reject(new Error("nobody is to be asked"));
    this.#prober ??= new Prober({
      clock: this.own,
      random: () => 0.5,
      visit: visitor(new Network({ env: this.env, caBundle: this.caBundle })),
      resolve,
      ...world,
    });
    return this.#prober;
  }

  /** The next process: with the environment as it is now. */
  forget(): void {
    this.#prober = undefined;
  }

  async gate(input: z.input<typeof awaitOrigin>, targets: readonly ProbeTarget[]): Promise<GateResult> {
    const plan = planGate(awaitOrigin.parse(input), targets);
    return this.clock.during(() => this.prober().gate(plan, this.#call()));
  }

  /** `since`: seconds since the test began. */
  async check(input: z.input<typeof verifyEdge>, targets: readonly ProbeTarget[], since = 0): Promise<EdgeResult> {
    const plan = planCheck(verifyEdge.parse(input), targets, this.started + since * 1000);
    return this.clock.during(() => this.prober().check(plan, this.#call()));
  }

  get second(): number {
    return (this.own.monotonic() - this.started) / 1000;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    this.#traffic[Symbol.dispose]();
  }

  #call() {
    const status = (message: string): void => void this.statuses.push(message);
    const log = { debug() {}, info() {}, warn() {}, status };
    return { signal: this.cancel.signal, deadline: this.own.monotonic() + 1_800_000, log };
  }
}

/** A ground for each test. */
export function useGround(): () => Ground {
  let ground: Ground | undefined;
  beforeEach(() => {
    ground = new Ground();
  });
  afterEach(() => ground?.close());
  return () => {
    if (ground === undefined) throw new Error("no test runs");
    return ground;
  };
}

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

export const site = "http://www.example.com";

export const changed = (path: string, text: string): ProbeTarget => ({
  target: `${site}${path}`,
  hash: digest(text),
  removed: false,
});
export const removed = (path: string): ProbeTarget => ({ target: `${site}${path}`, removed: true });
