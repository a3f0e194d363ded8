/** Origin, three edge nodes and a cloud by one clock that jumps; what probes ask goes through fronts that count and interfere. */
import { createHash } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";
import type { ControlClient } from "../../emulator/src/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import type { Subject } from "./subject.ts";
import { Jumping } from "./jumping.ts";
import { subjectOf, warmUp, type Token } from "./subjects.ts";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import { resourceOf, type Stack, type TestContext } from "./world.ts";

export const nodes = ["n1", "n2", "n3"] as const;

/** Of this domain the cloud purges two nodes only: the third ignores every purge. */
export const deafHost = "static.example.com";

const account = "1234567890123456";
const seed = {
  nodes: [...nodes],
  services: {
    cdn: {
      domains: [
        { domain: "cdn.example.com", account },
        { domain: deafHost, account, nodes: ["n1", "n2"] },
      ],
    },
  },
};

/** Answers instead of whoever is behind, or lets the request pass. */
export type Interfere = (
  request: IncomingMessage,
  response: ServerResponse,
) => "answered" | undefined | Promise<"answered" | undefined>;

/** Stands before a server: counts who asks for what and when. */
export class Front implements AsyncDisposable {
  /** Seconds of the clock, and what was asked for. */
  readonly log: { readonly second: number; readonly url: string; readonly headers: http.IncomingHttpHeaders }[] = [];
  interfere: Interfere = () => undefined;
  readonly #server: http.Server;

  constructor(behind: () => string, headers: Readonly<Record<string, string>>, second: () => number) {
    this.#server = http.createServer((request, response) => {
      this.log.push({ second: second(), url: request.url ?? "", headers: request.headers });
      void this.#serve(request, response, behind(), headers);
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get address(): string {
    // oxlint-disable-next-line typescript/consistent-type-assertions -- it listens on a port
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    behind: string,
    more: Readonly<Record<string, string>>,
  ): Promise<void> {
    if ((await this.interfere(request, response)) === "answered") return;
    const onward = http.request(
      `${behind}${request.url}`,
      { headers: { ...request.headers, ...more }, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    onward.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export interface FreshWorld {
  readonly control: ControlClient;
  readonly stack: Stack<TestContext>;
  readonly origin: Front;
  readonly edge: readonly Front[];
  readonly host: string;
  /** Seconds since the world began. */
  second(): number;
  /** Pages at the origin, by path; a visitor has been at each node before. */
  publish(bodies: Readonly<Record<string, string>>): Promise<void>;
  visitors(paths: readonly string[]): Promise<string[]>;
  /** The program: these bodies are what `contents` says. */
  program(bodies: Readonly<Record<string, string>>, more?: object): Record<string, Value>;
  /** Purges that the cloud carried out: at which second, with which paths. */
  purges(): Promise<{ readonly second: number; readonly paths: string[] }[]>;
}

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** What is known of a trigger. */
type Known = Pick<Subject, "resource" | "base" | "submit" | "sent" | "target" | "limits">;

/** Triggers beside the subjects of the conformance suite. */
const others: Readonly<Record<string, Known>> = {
  "esa:UploadTask": {
    ...subjectOf("esa:PurgeTrigger"),
    resource: resourceOf(esa, "edgecache:esa:UploadTask"),
    submit: "SubmitUploadTask",
  },
};

export function useFreshWorlds(): (token: Token, host?: string) => Promise<FreshWorld> {
  let ground: Jumping;
  const open: AsyncDisposable[] = [];
  let count = 0;
  beforeAll(async () => {
    ground = await Jumping.start(seed);
    // What is loaded when first used takes no time of the clock that jumps.
    await Promise.all([import("../../provider/src/probe/prober.ts"), import("../../provider/src/probe/resolve.ts")]);
    await import("../../provider/src/probe/visit.ts");
    await warmUp(ground, await ground.emulator.control.configuration());
  });
  afterAll(async () => {
    for (const each of open) await each[Symbol.asyncDispose]();
    await ground[Symbol.asyncDispose]();
  });
  return async (token, given) => {
    const subject: Known = others[token] ?? subjectOf(token);
    const host = given ?? new URL(subject.target(0)).hostname;
    const name = `fresh${(count += 1)}`;
    const control = await ground.emulator.control.createTenant(name);
    await control.settings.limits(subject.limits ?? {});
    const own = ground.clock.of(ground);
    const started = own.monotonic();
    const startedAt = ground.now();
    const second = (): number => (own.monotonic() - started) / 1000;
    const tenant = { "x-emulator-tenant": name };
    const origin = await new Front(() => ground.emulator.origin.url, tenant, second).listen();
    const edge = await Promise.all(
      nodes.map((node) =>
        new Front(() => ground.emulator.edge.url, { ...tenant, "x-emulator-node": node }, second).listen(),
      ),
    );
    open.push(origin, ...edge);
    return {
      control,
      stack: ground.stack(subject.resource, ground.context(await control.configuration())),
      origin,
      edge,
      host,
      second,
      publish: (bodies) =>
        control.origin.publish(
          ...Object.entries(bodies).map(([path, body]) => ({
            host,
            path,
            body,
            headers: { "cache-control": "max-age=86400", "cache-tag": "page" },
          })),
        ),
      async visitors(paths) {
        const seen: string[] = [];
        for (const node of nodes) {
          for (const path of paths) seen.push((await control.visit(`http://${host}${path}`, { node })).body);
        }
        return seen;
      },
      program(bodies, more = {}) {
        const contents = Object.fromEntries(
          Object.entries(bodies).map(([path, body]) => [`http://${host}${path}`, digest(body)]),
        );
        // As it would arrive: what is undefined does not.
        return JSON.parse(JSON.stringify({ ...subject.base, contents, ...more }));
      },
      async purges() {
        const calls = await control.requests.find({ action: subject.submit });
        return calls
          .filter(({ executed }) => executed)
          .map(({ at, params }) => ({
            second: (Date.parse(at) - startedAt) / 1000,
            paths: subject.sent(params).map((target) => target.replace(`http://${host}`, "")),
          }));
      },
    };
  };
}

export const [old, fresh] = [
  { "/a": "old a", "/b": "old b" },
  { "/a": "new a", "/b": "new b" },
];
export const gate = ({ origin }: FreshWorld) => ({ awaitOrigin: { address: origin.address } });
export const check = ({ edge }: FreshWorld, more = {}) => ({
  verifyEdge: { nodes: edge.map(({ address }) => address), ...more },
});

/** Both pages are cached at all nodes, and their digests recorded. */
export async function cached(world: FreshWorld, bodies: Readonly<Record<string, string>> = old): Promise<FreshWorld> {
  await world.publish(bodies);
  await world.stack.up(world.program(bodies, { onCreate: "skip" }));
  await world.visitors(Object.keys(bodies));
  return world;
}

/** The origin serves the new release from the first request on that comes after this second. */
export function late(world: FreshWorld, second: number): Interfere {
  return async () => {
    if (world.second() >= second) await world.publish(fresh);
    return undefined;
  };
}
