/**
 * A second cloud, for tests: ESA, CDN, DCDN and EdgeOne as far as the provider
 * calls them, written from the vendors' pages and sharing no code with the
 * emulator. It is strict in what it takes, checks no signatures (the emulator
 * does), and answers in manners that tests choose for each account.
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import * as z from "zod";
import { Account } from "./account.ts";
import { esa } from "./esa.ts";
import type { Manners, Trouble } from "./manners.ts";
import { cdn, dcdn } from "./products.ts";
import { teo } from "./teo.ts";
import { Refused, type Operation, type Refusal } from "./wire.ts";

const services: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  "2024-09-10": esa,
  "2018-05-10": cdn,
  "2018-01-15": dcdn,
  "2022-09-01": teo,
};

interface Call {
  readonly vendor: "alibaba" | "tencent";
  readonly account: Account;
  readonly action: string;
  readonly operation: Operation;
  readonly params: Readonly<Record<string, unknown>>;
}

export class StandIn implements AsyncDisposable {
  readonly #accounts = new Map<string, Account>();
  readonly #clock: () => number;
  readonly #server: Server;
  #port = 0;

  private constructor(clock: () => number) {
    this.#clock = clock;
    this.#server = createServer({ maxHeaderSize: 1 << 22 }, (request, response) => void this.#serve(request, response));
  }

  /** `clock`: what it takes for the time of the world, in milliseconds. */
  static async start(clock: () => number): Promise<StandIn> {
    const cloud = new StandIn(clock);
    await new Promise<void>((resolve) => void cloud.#server.listen(0, "127.0.0.1", resolve));
    cloud.#port = z.object({ port: z.number() }).parse(cloud.#server.address()).port;
    return cloud;
  }

  /** A new account on both vendors. */
  open(manners: Partial<Manners> = {}): Account {
    const account = new Account(String(this.#accounts.size + 1), this.#clock, manners);
    this.#accounts.set(account.id, account);
    return account;
  }

  /** The provider's configuration for it. */
  configOf({ id }: Account): Record<string, string> {
    const here = `http://127.0.0.1:${this.#port}`;
    return {
      alibabaAccessKeyId: `LTAI${id}`,
      alibabaAccessKeySecret: "secret",
      tencentSecretId: `AKID${id}`,
      tencentSecretKey: "secret",
      esaEndpoint: here,
      cdnEndpoint: here,
      dcdnEndpoint: here,
      teoEndpoint: here,
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const vendor = request.headers["x-tc-action"] === undefined ? "alibaba" : "tencent";
    let account: Account | undefined;
    let status = 200;
    let answer: object | string | undefined;
    try {
      account = this.#accountOf(request, vendor);
      answer = carryOut(read(request, body, vendor, account));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      status = vendor === "tencent" && error.code !== "" ? 200 : error.status;
      const [Code, Message] = [error.code, error.message];
      answer =
        Code === "" ? Message : vendor === "tencent" ? { Error: { Code, Message } } : { Code, Message, HostId: "x" };
    }
    // Cut.
    if (answer === undefined) return void request.socket.destroy();
    response.sendDate = false;
    response.setHeader("Date", new Date(account?.now() ?? this.#clock()).toUTCString());
    response.statusCode = status;
    if (typeof answer === "string") return void response.end(answer);
    response.setHeader("Content-Type", vendor === "tencent" ? "application/json" : "application/json;charset=utf-8");
    const id = vendor === "tencent" ? randomUUID() : randomUUID().toUpperCase();
    const whole = { ...answer, RequestId: id };
    response.end(toJson(vendor === "tencent" ? { Response: whole } : whole));
  }

  #accountOf({ headers }: IncomingMessage, vendor: Call["vendor"]): Account {
    const given = headers.authorization ?? "";
    const form =
      vendor === "tencent"
        ? /^TC3-HMAC-SHA256 Credential=AKID([^/]+)\/\d{4}-\d\d-\d\d\/[^/]+\/tc3_request, SignedHeaders=[a-z;-]+, Signature=[0-9a-f]{64}$/
        : /^ACS3-HMAC-SHA256 Credential=LTAI([^,]+),SignedHeaders=[a-z0-9;-]+,Signature=[0-9a-f]{64}$/;
    const account = this.#accounts.get(form.exec(given)?.[1] ?? "");
    if (account !== undefined) return account;
    throw vendor === "tencent"
      ? new Refused([200, "AuthFailure.SecretIdNotFound", "The SecretId is not found."])
      : new Refused([404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }
}

function read(request: IncomingMessage, body: string, vendor: Call["vendor"], account: Account): Call {
  const header = (name: string): string => String(request.headers[name] ?? "");
  const [prefix, code] = vendor === "tencent" ? ["x-tc", "InvalidAction"] : ["x-acs", "InvalidAction.NotFound"];
  const action = header(`${prefix}-action`);
  const operation = services[header(`${prefix}-version`)]?.[action];
  if (operation === undefined || operation.method !== request.method)
    throw new Refused([404, code, "Specified api is not found, please check your url and method."]);
  const params = vendor === "tencent" ? fromJson(body, header("content-type")) : fromForm(request, body);
  return { vendor, account, action, operation, params };
}

function fromJson(body: string, type: string): Record<string, unknown> {
  if (type !== "application/json") throw new Refused([200, "InvalidRequest", "JSON is expected."]);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(body));
}

function fromForm(request: IncomingMessage, body: string): Record<string, string> {
  const digest = createHash("sha256").update(body).digest("hex");
  if (request.headers["x-acs-content-sha256"] !== digest)
    throw new Refused([400, "SignatureDoesNotMatch", "The body has another digest."]);
  const query = new URL(request.url ?? "/", "http://x").searchParams;
  const all = [...query, ...new URLSearchParams(body)];
  const params = Object.fromEntries(all);
  if (Object.keys(params).length < all.length) throw new Refused([400, "InvalidParameters", "Given twice."]);
  return params;
}

const refusals: Readonly<Partial<Record<Trouble["kind"], Readonly<Record<Call["vendor"], Refusal>>>>> = {
  throttle: {
    alibaba: [429, "TooManyRequests", "Too many requests.Please try again later."],
    tencent: [200, "RequestLimitExceeded", "Your current request times exceeds the frequency limit."],
  },
  quotaExhausted: {
    alibaba: [400, "QuotaExceeded.Refresh", "You've exceeded the prescribed refresh limits."],
    tencent: [200, "LimitExceeded.DailyQuota", "Reached the daily upper limit of resource number."],
  },
  permissionDenied: {
    alibaba: [403, "NoPermission", "You are not authorized to do this action."],
    tencent: [200, "UnauthorizedOperation.CamUnauthorized", "CAM is not authorized."],
  },
  badGateway: { alibaba: [502, "", "<html>502</html>"], tencent: [502, "", "<html>502</html>"] },
};

/** `undefined`: the connection is cut. */
function carryOut({ vendor, account, action, operation, params }: Call): object | undefined {
  const trouble = account.trouble((each) => "action" in each && each.action === action);
  let executed = false;
  try {
    if (trouble?.kind === "resetBefore") return undefined;
    if (trouble?.kind === "error") throw new Refused([trouble.status, trouble.code, trouble.code]);
    const refusal = trouble && refusals[trouble.kind]?.[vendor];
    if (refusal !== undefined) throw new Refused(refusal);
    const answer = operation.run(params, account);
    executed = true;
    if (trouble?.kind === "resetAfter") return undefined;
    if (trouble?.kind === "errorAfter") throw new Refused([500, "InternalError", "The request processing has failed."]);
    if (trouble?.kind === "emptyTaskId") {
      return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, key.endsWith("Id") ? "" : value]));
    }
    if (trouble?.kind === "refusesUnnamed")
      return { ...answer, FailedList: [{ Reason: "domain not valid", Targets: null }] };
    return trouble?.kind === "noTaskId" ? {} : answer;
  } finally {
    account.requests.push({ action, params, executed });
  }
}

function toJson(body: object): string {
  // A number beyond what JavaScript can count exactly.
  const text = JSON.stringify(body, (_, value: unknown) => (typeof value === "bigint" ? `#${value}#` : value));
  return text.replaceAll(/"#(\d+)#"/g, "$1");
}
