/**
 * One way to call every Alibaba Cloud product: signed by the vendor's SDK core,
 * on which each product SDK is a thin layer, and sent by ours. Why so:
 * docs/decisions/vendor-sdk.md.
 */
import type { CallContext } from "../../core/call.ts";
import { Slot, type ServiceContext } from "../../core/context.ts";
import type { Fault } from "../../core/errors.ts";
import { send } from "../../core/network/send.ts";
import { PacedClient, type Vendor } from "../../core/paced-client.ts";
import type { Pace } from "../../core/rate-limit.ts";
import { originOf } from "../endpoint.ts";
import type { AlibabaConfig } from "./config.ts";
import { AlibabaCredentials } from "./credentials.ts";
import { bodyOf, type CodeTable } from "./errors.ts";
import { missingStatement } from "./permissions.ts";
import type { Request } from "./request.ts";
import { signed } from "./sign.ts";

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

const attemptMs = 10_000;

export class AlibabaClient extends PacedClient<Request> {
  readonly product: Product;
  readonly context: AlibabaContext;
  /** Where it is, with the protocol. */
  readonly origin: URL;

  constructor(product: Product, context: AlibabaContext) {
    const gateway = new Gateway(product, context);
    super(gateway, context);
    this.product = product;
    this.context = context;
    this.origin = gateway.origin;
  }
}

/** How a request travels: signed by the vendor's own code, sent by ours. */
class Gateway implements Vendor<Request> {
  readonly name: string;
  readonly pace: (action: string) => Pace;
  readonly #product: Product;
  readonly #context: AlibabaContext;
  readonly origin: URL;
  readonly #credentials: AlibabaCredentials;

  constructor(product: Product, context: AlibabaContext) {
    this.name = product.name;
    this.pace = product.pace;
    this.#product = product;
    this.#context = context;
    this.origin = originOf(product.endpoint(context.config));
    this.#credentials = context.share(credentialsSlot, () => new AlibabaCredentials(context.config, context.env));
  }

  renew(fault: Fault): boolean {
    const over = fault.code === "InvalidSecurityToken.Expired";
    if (over) this.#credentials.forget();
    return over;
  }

  async send(request: Request, call: CallContext, heard: (date: string | undefined) => void): Promise<unknown> {
    const { name: cloud, version, codes } = this.#product;
    const { action, parameters } = request;
    const credential = await this.#credentials.get(cloud, action);
    call.hide?.(credential.token === undefined ? [credential.secret] : [credential.secret, credential.token]);
    const outgoing = await signed(request, this.origin, version, credential);
    const answer = await send(outgoing, { cloud, action, timeoutMs: attemptMs }, call, this.#context);
    heard(answer.headers.date);
    const { url } = outgoing;
    const to = { url, proxy: this.#context.network.proxy(url) };
    const lacking = (): string => missingStatement(cloud.toLowerCase(), action, parameters);
    return bodyOf(answer, { cloud, action, to, codes, missingStatement: lacking });
  }
}

const credentialsSlot = new Slot<AlibabaCredentials>("alibaba credentials");
