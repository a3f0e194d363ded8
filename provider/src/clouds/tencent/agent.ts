/** The vendor's SDK answers bodies only. What else an answer says is read where its requests leave: at our agent. */
import { AsyncLocalStorage } from "node:async_hooks";
import { Agent, type ClientRequest, type RequestOptions } from "node:http";
import { Agent as SecureAgent } from "node:https";

declare module "node:http" {
  interface Agent {
    /** What Node calls with each request of an agent, and all that it asks of one (`lib/_http_client.js`). */
    addRequest(request: ClientRequest, options: RequestOptions): void;
  }
}

export interface Seen {
  /** The `Date` header of the answer. */
  date?: string | undefined;
}

export class WatchingAgent extends Agent {
  readonly #agent: Agent;
  readonly #calls = new AsyncLocalStorage<Seen>();

  constructor(protocol: "http" | "https") {
    super();
    this.#agent = protocol === "https" ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  }

  /** Runs one call of the SDK and notes in `seen` what its answer says beside the body. */
  watch<T>(seen: Seen, call: () => Promise<T>): Promise<T> {
    return this.#calls.run(seen, call);
  }

  override addRequest(request: ClientRequest, options: RequestOptions): void {
    const seen = this.#calls.getStore();
    request.once("response", ({ headers }) => {
      if (seen !== undefined) seen.date = headers.date;
    });
    this.#agent.addRequest(request, options);
  }
}
