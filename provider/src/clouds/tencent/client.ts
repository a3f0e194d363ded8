/** One way to call Tencent Cloud: the vendor's own clients, under our deadline and gates. */
import type { AbstractClient, ClientConfig } from "tencentcloud-sdk-nodejs-common";
import { withDeadline, type CallContext } from "../../core/call.ts";
import { Slot, type ServiceContext } from "../../core/context.ts";
import { Interrupted, type Fault } from "../../core/errors.ts";
import { PacedClient, type Answer } from "../../core/paced-client.ts";
import type { Pace } from "../../core/rate-limit.ts";
import { parseEndpoint, type Endpoint } from "../endpoint.ts";
import { WatchingAgent, type Seen } from "./agent.ts";
import type { TencentConfig } from "./config.ts";
import { TencentCredentials } from "./credentials.ts";
import { toFault } from "./errors.ts";
import { missingStatement } from "./permissions.ts";

export type TencentContext = ServiceContext<TencentConfig>;

export interface TencentProduct {
  readonly name: string;
  /** The product's client, loaded when it is first called. */
  readonly load: () => Promise<new (config: ClientConfig) => AbstractClient>;
  readonly endpoint: (config: TencentConfig) => string;
  readonly pace: (action: string) => Pace;
}

export interface Request {
  readonly action: string;
  readonly parameters: object;
}

/** Requests of one product, checked against its SDK's client: the operation's name, and its parameters. */
export function requestsOf<Client>() {
  return <A extends keyof Client & string>(
    action: A,
    parameters: Client[A] extends (request: infer Model, ...rest: never[]) => Promise<unknown>
      ? Sent<Model> & object
      : never,
  ): Request => ({ action, parameters });
}

/** A model as we send it: nothing is changed in it, and what is undefined stays out. */
type Sent<T> = T extends readonly (infer Item)[]
  ? readonly Sent<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Sent<T[K]> | (undefined extends T[K] ? undefined : never) }
    : T;

const attemptMs = 10_000;

export class TencentClient extends PacedClient<Request> {
  readonly context: TencentContext;

  constructor(product: TencentProduct, context: TencentContext) {
    const gateway = new Gateway(product, context);
    super(
      {
        name: product.name,
        pace: product.pace,
        send: (request, call) => gateway.send(request, call),
        renew: (fault) => gateway.renew(fault),
      },
      context,
    );
    this.context = context;
  }
}

/** How a request travels. */
class Gateway {
  readonly #product: TencentProduct;
  readonly #context: TencentContext;
  readonly #endpoint: Endpoint;
  readonly #credentials: TencentCredentials;
  readonly #agent: WatchingAgent;

  constructor(product: TencentProduct, context: TencentContext) {
    this.#product = product;
    this.#context = context;
    this.#endpoint = parseEndpoint(product.endpoint(context.config));
    this.#credentials = context.share(credentialsSlot, () => new TencentCredentials(context.config));
    this.#agent = new WatchingAgent(this.#endpoint.protocol);
  }

  renew(fault: Fault): boolean {
    const over = fault.code === "AuthFailure.TokenFailure";
    if (over) this.#credentials.forget();
    return over;
  }

  async send({ action, parameters }: Request, call: CallContext): Promise<Answer> {
    const { protocol, host } = this.#endpoint;
    const credential = await this.#credentials.get(action);
    const Client = await this.#product.load();
    const client = new Client({
      credential,
      profile: {
        language: "en-US",
        httpProfile: {
          endpoint: host,
          protocol: `${protocol}://`,
          reqTimeout: attemptMs / 1000,
          // With one of ours, the SDK does not send everything, even to a local emulator, through `http_proxy`.
          agent: this.#agent,
        },
      },
    });
    const { clock } = this.#context;
    using attempt = withDeadline(call, clock.monotonic() + attemptMs + 1000, clock);
    const { signal } = attempt;
    const seen: Seen = {};
    try {
      // The SDK types its answers as any; zod gives them their type back.
      const body: unknown = await this.#agent.watch(seen, () => client.request(action, parameters, { signal }));
      return { body, date: seen.date };
    } catch (error) {
      if (call.signal.aborted) throw Interrupted.by(call.signal);
      throw toFault(error, {
        action,
        endpoint: host,
        missingStatement: () => missingStatement(action, parameters),
      });
    }
  }
}

const credentialsSlot = new Slot<TencentCredentials>("tencent credentials");
