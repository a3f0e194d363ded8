/** One HTTP request and its whole answer, whatever its status; what gets none becomes a `Fault`. */
import { request as plainRequest, type ClientRequest, type IncomingHttpHeaders } from "node:http";
import { request as secureRequest } from "node:https";
import { withDeadline, type CallContext } from "../call.ts";
import type { World } from "../context.ts";
import { Fault, Interrupted } from "../errors.ts";
import { failureOf, refusedByProxy, tooLate } from "./failure.ts";
import { Journey } from "./journey.ts";

export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | undefined;
}

export interface Incoming {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface SendOptions {
  /** For errors: the service, and its operation. */
  readonly cloud: string;
  readonly action: string;
  /** From the first byte sent to the last one read. */
  readonly timeoutMs: number;
  /** A transfer may take long on a slow line; one that stands still this long is dead. */
  readonly standstillMs?: number | undefined;
}

export async function send(
  outgoing: Outgoing,
  { cloud, action, timeoutMs, standstillMs = timeoutMs }: SendOptions,
  call: CallContext,
  { network, clock }: Pick<World, "network" | "clock">,
): Promise<Incoming> {
  const { url } = outgoing;
  const journey = new Journey();
  const to = { url, proxy: network.proxy(url) };
  using attempt = withDeadline(call, clock.monotonic() + timeoutMs, clock);
  const agent = await network.agent(url);
  let late = false;
  try {
    const { method, headers } = outgoing;
    const make = url.protocol === "https:" ? secureRequest : plainRequest;
    const request = make(url, { method, headers, agent, signal: attempt.signal, timeout: standstillMs });
    request.once("timeout", () => {
      late = true;
      request.destroy();
    });
    journey.watch(request);
    const answer = await exchange(request, outgoing.body);
    if (!journey.refusedByProxy) return answer;
  } catch (error) {
    if (call.signal.aborted) throw Interrupted.by(call.signal);
    if (!journey.refusedByProxy) {
      const failure = late || attempt.signal.aborted ? tooLate(journey, to) : failureOf(error, journey, to);
      throw new Fault({ cloud, action, ...failure });
    }
  }
  throw new Fault({ cloud, action, ...refusedByProxy(journey.proxyStatus ?? 0, to) });
}

function exchange(request: ClientRequest, body: Outgoing["body"]): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    request.once("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.once("end", () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }),
      );
      incoming.once("error", reject);
    });
    request.once("error", reject);
    request.end(body);
  });
}
