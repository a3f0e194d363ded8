/**
 * One way to call every Alibaba Cloud product: the generic `callApi` of the
 * vendor's SDK core, on which each product SDK is a thin layer. Why not those:
 * docs/decisions/vendor-sdk.md.
 */
import type openApi from "@alicloud/openapi-core";
import type * as z from "zod";
import type { CallContext } from "../../core/call.ts";
import { Slot, type ServiceContext } from "../../core/context.ts";
import { Fault, Interrupted } from "../../core/errors.ts";
import { RateLimiter, type Pace } from "../../core/rate-limit.ts";
import { retry, type Repeatable } from "../../core/retry.ts";
import { parseEndpoint, type Endpoint } from "../endpoint.ts";
import type { AlibabaConfig } from "./config.ts";
import { AlibabaCredentials, type Credential } from "./credentials.ts";
import { toFault, type CodeTable } from "./errors.ts";
import { parseExact } from "./json.ts";

export type AlibabaContext = ServiceContext<AlibabaConfig>;

/** What tells one product from another. */
export interface Product {
  /** As users know it: `ESA`. */
  readonly name: string;
  readonly version: string;
  readonly endpoint: (config: AlibabaConfig) => string;
  readonly codes: CodeTable;
  readonly pace: (action: string) => Pace;
}

export interface Request {
  readonly action: string;
  readonly method: "GET" | "POST";
  /** Undefined ones are not sent; empty ones are. */
  readonly parameters: Readonly<Record<string, string | undefined>>;
  /** The product's SDK sends this operation's parameters as a form. */
  readonly form?: boolean;
}

/** Request lines longer than this are a gamble; the vendor documents POST forms for all of these operations. */
const longestQuery = 4096;
const attemptMs = 10_000;

export class AlibabaClient {
  readonly product: Product;
  readonly context: AlibabaContext;
  readonly #endpoint: Endpoint;
  readonly #credentials: AlibabaCredentials;
  readonly #gates = new Map<string, RateLimiter>();
  #sdk: { readonly credential: Credential; readonly client: openApi.default } | undefined;

  constructor(product: Product, context: AlibabaContext) {
    this.product = product;
    this.context = context;
    this.#endpoint = parseEndpoint(product.endpoint(context.config));
    this.#credentials = context.share(credentialsSlot, () => new AlibabaCredentials(context.config));
  }

  gate(action: string): RateLimiter {
    let gate = this.#gates.get(action);
    if (gate === undefined) {
      gate = new RateLimiter(this.product.pace(action), this.context.clock);
      this.#gates.set(action, gate);
    }
    return gate;
  }

  /** In turn, tried until it works, cannot work or time is up. */
  async ask<T>(
    request: Request,
    answer: z.ZodType<T>,
    call: CallContext,
    repeatable: Repeatable = "anyTime",
    patienceMs?: number,
  ): Promise<T> {
    const { clock, random } = this.context;
    const gate = this.gate(request.action);
    const attempt = async (): Promise<T> => {
      await gate.take(request.action, call.signal);
      try {
        const result = await this.once(request, answer, call);
        gate.succeeded();
        return result;
      } catch (error) {
        if (error instanceof Fault && error.kind === "throttled") gate.throttled(error.retryAfterMs);
        throw error;
      }
    };
    const options = { repeatable, call, clock, random };
    return retry(attempt, patienceMs === undefined ? options : { ...options, patienceMs });
  }

  /** One request, one answer or a `Fault`. Renews credentials once when the cloud calls them over. */
  async once<T>(request: Request, answer: z.ZodType<T>, call: CallContext): Promise<T> {
    try {
      return await this.#send(request, answer, call);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "InvalidSecurityToken.Expired") throw error;
      this.#credentials.forget();
      return await this.#send(request, answer, call);
    }
  }

  async #send<T>(request: Request, answer: z.ZodType<T>, call: CallContext): Promise<T> {
    const { name, version, codes } = this.product;
    const where = { cloud: name, action: request.action, endpoint: this.#endpoint.host, codes };
    if (call.signal.aborted) throw Interrupted.by(call.signal);
    const credential = await this.#credentials.get(name, request.action);
    const [{ default: core }, { default: dara }] = await Promise.all([
      import("@alicloud/openapi-core"),
      import("@darabonba/typescript"),
    ]);
    const { $OpenApiUtil } = core;
    if (this.#sdk?.credential !== credential) {
      const { host, protocol } = this.#endpoint;
      const config = new $OpenApiUtil.Config({ credential, endpoint: host, protocol, regionId: "cn-hangzhou" });
      this.#sdk = { credential, client: new core.default(config) };
    }
    const { client } = this.#sdk;
    const params = new $OpenApiUtil.Params({
      action: request.action,
      version,
      protocol: "HTTPS",
      pathname: "/",
      method: request.method,
      authType: "AK",
      style: "RPC",
      reqBodyType: "formData",
      // As text: the SDK's JSON reading rounds 64-bit ids.
      bodyType: "string",
    });
    // connectTimeout is in truth a socket inactivity timeout, so both must be set; and neither is safe on a reused socket.
    const runtime = new dara.RuntimeOptions({ connectTimeout: attemptMs, readTimeout: attemptMs });
    const work = client.callApi(params, new $OpenApiUtil.OpenApiRequest(place(request)), runtime);
    const text = await this.#inTime(work, where, call.signal);
    return this.#read(text, answer, where);
  }

  async #inTime(
    work: Promise<Record<string, unknown>>,
    where: Parameters<typeof toFault>[1],
    signal: AbortSignal,
  ): Promise<string> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const late = this.context.clock.sleep(attemptMs + 1000, either).then(() => {
      throw new Fault({
        ...where,
        kind: "ambiguous",
        code: "ClientTimeout",
        text: `${where.endpoint} did not answer in time`,
      });
    });
    late.catch(() => undefined);
    work.catch(() => undefined);
    try {
      const { body } = await Promise.race([work, late]);
      return String(body);
    } catch (error) {
      throw error instanceof Fault || error instanceof Interrupted ? error : toFault(error, where);
    } finally {
      stop.abort(new Interrupted("cancelled"));
    }
  }

  #read<T>(text: string, answer: z.ZodType<T>, where: Parameters<typeof toFault>[1]): T {
    let body: unknown;
    try {
      body = parseExact(text);
    } catch (error) {
      throw toFault(error, where);
    }
    const parsed = answer.safeParse(body);
    if (parsed.success) return parsed.data;
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the answer"}: ${issue.message}`);
    throw new Fault({
      ...where,
      kind: "ambiguous",
      code: "UnreadableAnswer",
      text: `the answer has another form than documented (${reasons.join("; ")})`,
    });
  }
}

const credentialsSlot = new Slot<AlibabaCredentials>("alibaba credentials");

function place(request: Request): { query?: Record<string, string>; body?: Record<string, string> } {
  const parameters: Record<string, string> = {};
  for (const [key, value] of Object.entries(request.parameters)) if (value !== undefined) parameters[key] = value;
  const asForm = request.method === "POST" && (request.form === true || queryLength(parameters) > longestQuery);
  return asForm ? { body: parameters } : { query: parameters };
}

function queryLength(parameters: Readonly<Record<string, string>>): number {
  return Object.entries(parameters).reduce(
    (sum, [key, value]) => sum + key.length + encodeURIComponent(value).length + 2,
    0,
  );
}
