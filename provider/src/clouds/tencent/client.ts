/** One way to call Tencent Cloud: the vendor's own clients, under our deadline and gates. */
import type { AbstractClient, ClientConfig } from "tencentcloud-sdk-nodejs-common";
import { withDeadline, type CallContext } from "../../core/call.ts";
import { Slot, type ServiceContext } from "../../core/context.ts";
import { Fault, Interrupted } from "../../core/errors.ts";
import {
  failureOf,
  refusedByProxy,
  statusFailure,
  tooLate,
  type Destination,
  type Failure,
} from "../../core/network/failure.ts";
import { Journey, watched } from "../../core/network/journey.ts";
import { PacedClient, type Vendor } from "../../core/paced-client.ts";
import type { Pace } from "../../core/rate-limit.ts";
import { originOf } from "../endpoint.ts";
import type { TencentConfig } from "./config.ts";
import { TencentCredentials } from "./credentials.ts";
import { refusalIn, toFault } from "./errors.ts";
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
    super(gateway, context);
    this.context = context;
  }
}

/** How a request travels: by the vendor's own client, on our way out. */
class Gateway implements Vendor<Request> {
  readonly name: string;
  readonly pace: (action: string) => Pace;
  readonly #product: TencentProduct;
  readonly #context: TencentContext;
  readonly #origin: URL;
  readonly #credentials: TencentCredentials;

  constructor(product: TencentProduct, context: TencentContext) {
    this.name = product.name;
    this.pace = product.pace;
    this.#product = product;
    this.#context = context;
    this.#origin = originOf(product.endpoint(context.config));
    this.#credentials = context.share(credentialsSlot, () => new TencentCredentials(context.config, context.env));
  }

  renew(fault: Fault): boolean {
    const over = fault.code === "AuthFailure.TokenFailure";
    if (over) this.#credentials.forget();
    return over;
  }

  async send(request: Request, call: CallContext, heard: (date: string | undefined) => void): Promise<unknown> {
    const { action, parameters } = request;
    const { clock, network } = this.#context;
    const { protocol, host } = this.#origin;
    const credential = await this.#credentials.get(this.#product.name, action);
    call.hide?.(credential.token === undefined ? [credential.secretKey] : [credential.secretKey, credential.token]);
    const Client = await this.#product.load();
    const journey = new Journey();
    // One of ours, always: left alone, the SDK sends everything, even to a local emulator, through `http_proxy`.
    const agent = watched(await network.agent(this.#origin), journey);
    const httpProfile = { endpoint: host, protocol: `${protocol}//`, reqTimeout: attemptMs / 1000 + 1, agent };
    const client = new Client({ credential, profile: { language: "en-US", httpProfile } });
    using attempt = withDeadline(call, clock.monotonic() + attemptMs, clock);
    const { signal } = attempt;
    try {
      // The SDK types its answers as any; zod gives them their type back.
      return await client.request(action, parameters, { signal });
    } catch (error) {
      if (call.signal.aborted) throw Interrupted.by(call.signal);
      throw this.#faultOf(error, request, journey, signal.aborted);
    } finally {
      heard(journey.date);
    }
  }

  #faultOf(error: unknown, { action, parameters }: Request, journey: Journey, late: boolean): Fault {
    const refusal = refusalIn(error);
    if (refusal !== undefined && "code" in refusal) {
      return toFault(refusal, { action, missingStatement: () => missingStatement(action, parameters) });
    }
    const to = { url: this.#origin, proxy: this.#context.network.proxy(this.#origin) };
    return new Fault({ cloud: this.#product.name, action, ...withoutRefusal(refusal?.status, journey, late, to) });
  }
}

/** Another answer than the cloud's, or none. */
function withoutRefusal(status: number | undefined, journey: Journey, late: boolean, to: Destination): Failure {
  if (journey.refusedByProxy) return refusedByProxy(journey.proxyStatus ?? 0, to);
  const told = status ?? journey.redirect;
  if (told !== undefined) return statusFailure(told, to);
  if (late || (journey.status === undefined && journey.error === undefined)) return tooLate(journey, to);
  return journey.error === undefined ? statusFailure(200, to) : failureOf(journey.error, journey, to);
}

const credentialsSlot = new Slot<TencentCredentials>("tencent credentials");
