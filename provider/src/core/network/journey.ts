/** How far one request came, and what was learnt on its way. Vendors' SDKs tell little of it, so the request itself is watched. */
import type { Agent, ClientRequest } from "node:http";
import { TLSSocket } from "node:tls";

declare module "node:http" {
  interface Agent {
    /** What Node calls with each request of an agent (`lib/_http_client.js`). */
    addRequest(request: ClientRequest, options: object): void;
  }
}

export class Journey {
  /** A connection stood, TLS and all: from here on bytes may have arrived. */
  connected = false;
  /** What a proxy answered to CONNECT. */
  proxyStatus: number | undefined;
  /** The status of the answer, once its head came. */
  status: number | undefined;
  /** Its `Date` header. */
  date: string | undefined;
  /** What broke the request, as Node says it. */
  error: unknown;

  watch(request: ClientRequest): void {
    // A library that follows a redirect would hand the call to another host.
    if (this.status !== undefined) request.destroy(new Error("a call goes to its cloud and nowhere else"));
    request.once("socket", (socket) => {
      const arrived = (): void => void (this.connected = true);
      if (socket instanceof TLSSocket ? socket.authorized : !socket.connecting) arrived();
      else socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", arrived);
    });
    request.once("proxyConnect", (answer: { readonly statusCode: number }) => {
      this.proxyStatus = answer.statusCode;
    });
    request.once("response", ({ statusCode, headers }) => {
      this.status ??= statusCode;
      this.date ??= headers.date;
    });
    request.on("error", (error) => {
      this.error ??= error;
    });
  }

  /** The status of an answer that sends the call elsewhere. */
  get redirect(): number | undefined {
    const { status = 0 } = this;
    return status >= 300 && status < 400 ? status : undefined;
  }

  /** The tunnel was refused: what answers now is the proxy, and the request stayed here. */
  get refusedByProxy(): boolean {
    return this.proxyStatus !== undefined && this.proxyStatus !== 200;
  }
}

/** The agent, for one call whose requests are watched. */
export function watched(agent: Agent, journey: Journey): Agent {
  return through(agent, (request, options) => {
    journey.watch(request);
    return options;
  });
}

/** The same agent, with a look at each request and its options first. */
export function through(agent: Agent, look: (request: ClientRequest, options: object) => object): Agent {
  return Object.create(agent, {
    addRequest: {
      value(request: ClientRequest, options: object) {
        agent.addRequest(request, look(request, options));
      },
    },
  });
}
