/**
 * One way to call every Alibaba Cloud product: the generic `callApi` of the
 * vendor's SDK core, on which each product SDK is a thin layer. Why not those:
 * docs/decisions/vendor-sdk.md.
 */
import type openApi from "@alicloud/openapi-core";
import * as z from "zod";
import type { CallContext } from "../../core/call.ts";
import { Slot, type ServiceContext } from "../../core/context.ts";
import { Fault, Interrupted } from "../../core/errors.ts";
import { PacedClient, type Answer } from "../../core/paced-client.ts";
import type { Pace } from "../../core/rate-limit.ts";
import { parseEndpoint, type Endpoint } from "../endpoint.ts";
import type { Action, RequestModel, TextParameters } from "../models.ts";
import type { AlibabaConfig } from "./config.ts";
import { AlibabaCredentials, type Credential } from "./credentials.ts";
import { toFault, type CodeTable, type Where } from "./errors.ts";
import { parseExact } from "./json.ts";
import { missingStatement } from "./permissions.ts";

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

export type Fields = Readonly<Record<string, string | undefined>>;

export interface Request {
  readonly action: string;
  readonly method: "GET" | "POST";
  /** Undefined ones are not sent; empty ones are. */
  readonly parameters: Fields;
  /** The product's SDK sends this operation's parameters as a form. */
  readonly form?: boolean;
}

/** Requests of one product, checked against its SDK's client: the operation's name, and its parameters by name. */
export function requestsOf<Client>() {
  return <A extends Action<Client>>(
    method: Request["method"],
    action: A,
    parameters: TextParameters<RequestModel<Client, A>>,
  ): Request => ({ method, action, parameters });
}

/** Request lines longer than this are a gamble; the vendor documents POST forms for all of these operations. */
const longestQuery = 4096;
const attemptMs = 10_000;

export class AlibabaClient extends PacedClient<Request> {
  readonly product: Product;
  readonly context: AlibabaContext;

  constructor(product: Product, context: AlibabaContext) {
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
    this.product = product;
    this.context = context;
  }
}

/** How a request travels: the vendor's own SDK core, under our deadline. */
class Gateway {
  readonly #product: Product;
  readonly #context: AlibabaContext;
  readonly #endpoint: Endpoint;
  readonly #credentials: AlibabaCredentials;
  #sdk: { readonly credential: Credential; readonly client: openApi.default } | undefined;

  constructor(product: Product, context: AlibabaContext) {
    this.#product = product;
    this.#context = context;
    this.#endpoint = parseEndpoint(product.endpoint(context.config));
    this.#credentials = context.share(credentialsSlot, () => new AlibabaCredentials(context.config));
  }

  renew(fault: Fault): boolean {
    const over = fault.code === "InvalidSecurityToken.Expired";
    if (over) this.#credentials.forget();
    return over;
  }

  async send(request: Request, call: CallContext): Promise<Answer> {
    const { name, version, codes } = this.#product;
    const { action, parameters } = request;
    const where = {
      cloud: name,
      action,
      endpoint: this.#endpoint.host,
      codes,
      missingStatement: () => missingStatement(name.toLowerCase(), action, parameters),
    };
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
    return this.#inTime(work, where, call.signal);
  }

  async #inTime(work: Promise<Record<string, unknown>>, where: Where, signal: AbortSignal): Promise<Answer> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const late = this.#context.clock.sleep(attemptMs + 1000, either).then(() => {
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
      const { body, headers } = answerSchema.parse(await Promise.race([work, late]));
      return { body: parseExact(body), date: headers.date };
    } catch (error) {
      throw error instanceof Fault || error instanceof Interrupted ? error : toFault(error, where);
    } finally {
      stop.abort(new Interrupted("cancelled"));
    }
  }
}

const answerSchema = z.object({
  body: z.string(),
  headers: z.object({ date: z.string().optional().catch(undefined) }).catch({ date: undefined }),
});

const credentialsSlot = new Slot<AlibabaCredentials>("alibaba credentials");

function place(request: Request): { query?: Record<string, string>; body?: Record<string, string> } {
  const parameters: Record<string, string> = {};
  for (const [key, value] of Object.entries(request.parameters)) if (value !== undefined) parameters[key] = value;
  const asForm = request.method === "POST" && (request.form === true || queryLength(parameters) > longestQuery);
  return asForm ? { body: parameters } : { query: parameters };
}

/** As the gateway writes it; absent where the vendor's default shall hold. */
export function boolean(value: boolean | undefined): "true" | "false" | undefined {
  return value === undefined ? undefined : value ? "true" : "false";
}

function queryLength(parameters: Readonly<Record<string, string>>): number {
  return Object.entries(parameters).reduce(
    (sum, [key, value]) => sum + key.length + encodeURIComponent(value).length + 2,
    0,
  );
}
