/** One way to call Tencent Cloud: the vendor's own generic client, under our deadline and gates. */
import { Agent } from "node:http";
import type * as z from "zod";
import { leash, type CallContext } from "../../core/call.ts";
import { Slot, type ServiceContext } from "../../core/context.ts";
import { Fault, Interrupted } from "../../core/errors.ts";
import { RateLimiter, type Pace } from "../../core/rate-limit.ts";
import { retry } from "../../core/retry.ts";
import { parseEndpoint, type Endpoint } from "../endpoint.ts";
import type { TencentConfig } from "./config.ts";
import { TencentCredentials } from "./credentials.ts";
import { toFault } from "./errors.ts";

export type TencentContext = ServiceContext<TencentConfig>;

export interface TencentProduct {
  readonly version: string;
  readonly endpoint: (config: TencentConfig) => string;
  readonly pace: (action: string) => Pace;
}

const attemptMs = 10_000;

export class TencentClient {
  readonly product: TencentProduct;
  readonly context: TencentContext;
  readonly #endpoint: Endpoint;
  readonly #credentials: TencentCredentials;
  readonly #gates = new Map<string, RateLimiter>();
  #agent: Agent | undefined;

  constructor(product: TencentProduct, context: TencentContext) {
    this.product = product;
    this.context = context;
    this.#endpoint = parseEndpoint(product.endpoint(context.config));
    this.#credentials = context.share(credentialsSlot, () => new TencentCredentials(context.config));
  }

  gate(action: string): RateLimiter {
    let gate = this.#gates.get(action);
    if (gate === undefined) {
      gate = new RateLimiter(this.product.pace(action), this.context.clock);
      this.#gates.set(action, gate);
    }
    return gate;
  }

  /** For reads: in turn, tried until it works, cannot work or time is up. */
  async ask<T>(action: string, parameters: object, answer: z.ZodType<T>, call: CallContext): Promise<T> {
    const { clock, random } = this.context;
    const gate = this.gate(action);
    const attempt = async (): Promise<T> => {
      await gate.take(action, call.signal);
      try {
        const result = await this.once(action, parameters, answer, call);
        gate.succeeded();
        return result;
      } catch (error) {
        if (error instanceof Fault && error.kind === "throttled") gate.throttled(error.retryAfterMs);
        throw error;
      }
    };
    return retry(attempt, { repeatable: "anyTime", call, clock, random });
  }

  /** One request, one answer or a `Fault`. Renews credentials once when the cloud calls them over. */
  async once<T>(action: string, parameters: object, answer: z.ZodType<T>, call: CallContext): Promise<T> {
    try {
      return await this.#send(action, parameters, answer, call);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "AuthFailure.TokenFailure") throw error;
      this.#credentials.forget();
      return await this.#send(action, parameters, answer, call);
    }
  }

  async #send<T>(action: string, parameters: object, answer: z.ZodType<T>, call: CallContext): Promise<T> {
    if (call.signal.aborted) throw Interrupted.by(call.signal);
    const { protocol, host } = this.#endpoint;
    const credential = await this.#credentials.get(action);
    const vendor = (await import("tencentcloud-sdk-nodejs-common")).default;
    const client = new vendor.CommonClient(host, this.product.version, {
      credential,
      profile: {
        language: "en-US",
        httpProfile: { endpoint: host, protocol: `${protocol}://`, reqTimeout: attemptMs / 1000, ...this.#direct() },
      },
    });
    const { clock } = this.context;
    using attempt = leash(call, clock.monotonic() + attemptMs + 1000, clock);
    try {
      // The SDK types its answers as any; zod gives them their type back.
      const body: unknown = await client.request(action, parameters, { signal: attempt.signal });
      const parsed = answer.safeParse(body);
      if (parsed.success) return parsed.data;
      const reasons = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the answer"}: ${issue.message}`);
      throw new Fault({
        kind: "ambiguous",
        cloud: "EdgeOne",
        action,
        code: "UnreadableAnswer",
        text: `the answer has another form than documented (${reasons.join("; ")})`,
      });
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (call.signal.aborted) throw Interrupted.by(call.signal);
      throw toFault(error, action, host);
    }
  }

  /** Without an agent the SDK sends everything, even to a local emulator, through `http_proxy`. */
  #direct(): { agent?: Agent } {
    if (this.#endpoint.protocol === "https") return {};
    this.#agent ??= new Agent({ keepAlive: true });
    return { agent: this.#agent };
  }
}

const credentialsSlot = new Slot<TencentCredentials>("tencent credentials");
