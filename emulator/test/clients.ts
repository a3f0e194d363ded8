/** Signed requests by code of the tests' own: nothing here comes from the emulator or from a vendor's SDK. */
import { createHash, createHmac, randomUUID } from "node:crypto";
import http from "node:http";

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; `{}` when it is none. */
  readonly body: Record<string, unknown>;
}

export interface AlibabaOptions {
  readonly method?: string;
  readonly key?: string;
  readonly secret?: string;
  readonly token?: string;
  /** Send parameters as a form instead of in the query. */
  readonly form?: boolean;
  /** With `form`: parameters that are in the query as well. */
  readonly alsoInQuery?: Readonly<Record<string, string>>;
  readonly date?: string;
  readonly nonce?: string;
  /** Change or remove (undefined) headers after signing. */
  readonly tamper?: Readonly<Record<string, string | undefined>>;
}

export const versions = {
  esa: "2024-09-10",
  cdn: "2018-05-10",
  dcdn: "2018-01-15",
  openplatform: "2019-12-19",
} as const;

export async function alibaba(
  endpoint: string,
  service: keyof typeof versions | string,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
  options: AlibabaOptions = {},
): Promise<Answer> {
  const { method = "POST", key = "LTAI5tEMULATOR", secret = "emulator-secret", token, form = false } = options;
  const encode = (given: Readonly<Record<string, string>>) =>
    Object.entries(given).map(([name, value]) => [name, rfc3986(value)] as const);
  const pairs = encode(parameters);
  const queryPairs = form ? encode(options.alsoInQuery ?? {}) : pairs;
  const query = queryPairs.map(([name, value]) => `${name}=${value}`).join("&");
  const text = pairs.map(([name, value]) => `${name}=${value}`).join("&");
  const body = form ? text : "";
  const signed: Record<string, string> = {
    host: new URL(endpoint).host,
    "x-acs-action": action,
    "x-acs-version": service in versions ? versions[service as keyof typeof versions] : service,
    "x-acs-date": options.date ?? new Date().toISOString().replace(/\.\d+/, ""),
    "x-acs-signature-nonce": options.nonce ?? randomUUID(),
    "x-acs-content-sha256": sha256(body),
    ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
    ...(token === undefined ? {} : { "x-acs-accesskey-id": key, "x-acs-security-token": token }),
  };
  const names = Object.keys(signed).sort();
  const canonical = [
    method,
    "/",
    queryPairs
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join("&"),
    names.map((name) => `${name}:${signed[name]}\n`).join(""),
    names.join(";"),
    sha256(body),
  ].join("\n");
  const signature = createHmac("sha256", secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest("hex");
  const authorization = `ACS3-HMAC-SHA256 Credential=${key},SignedHeaders=${names.join(";")},Signature=${signature}`;
  const headers = { ...signed, authorization, ...options.tamper };
  return send(endpoint, method, query === "" ? "/" : `/?${query}`, headers, body);
}

export interface TencentOptions {
  readonly key?: string;
  readonly secret?: string;
  readonly token?: string;
  readonly version?: string;
  readonly timestamp?: number;
  /** The day of the scope, where it is to differ from the timestamp's. */
  readonly day?: string;
  readonly service?: string;
  readonly tamper?: Readonly<Record<string, string | undefined>>;
}

export async function tencent(
  endpoint: string,
  action: string,
  input: unknown = {},
  options: TencentOptions = {},
): Promise<Answer & { response: Record<string, unknown> & { Error?: { Code: string; Message: string } } }> {
  const { key = "AKIDEMULATOR", secret = "emulator-secret", version = "2022-09-01", service = "teo" } = options;
  const timestamp = String(options.timestamp ?? Math.floor(Date.now() / 1000));
  const day = options.day ?? new Date(Number(timestamp) * 1000).toISOString().slice(0, 10);
  const body = typeof input === "string" ? input : JSON.stringify(input);
  const host = new URL(endpoint).host;
  const canonical = [
    "POST",
    "/",
    "",
    `content-type:application/json\nhost:${host}\n`,
    "content-type;host",
    sha256(body),
  ].join("\n");
  const scope = `${day}/${service}/tc3_request`;
  const toSign = ["TC3-HMAC-SHA256", timestamp, scope, sha256(canonical)].join("\n");
  const hmac = (hmacKey: string | Buffer, text: string): Buffer => createHmac("sha256", hmacKey).update(text).digest();
  const signing = hmac(hmac(hmac(`TC3${secret}`, day), service), "tc3_request");
  const signature = hmac(signing, toSign).toString("hex");
  const authorization = `TC3-HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`;
  const answer = await send(
    endpoint,
    "POST",
    "/",
    {
      host,
      "content-type": "application/json",
      "x-tc-action": action,
      "x-tc-version": version,
      "x-tc-timestamp": timestamp,
      ...(options.token === undefined ? {} : { "x-tc-token": options.token }),
      authorization,
      ...options.tamper,
    },
    body,
  );
  return { ...answer, response: (answer.body["Response"] ?? {}) as Record<string, unknown> };
}

function send(
  endpoint: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
): Promise<Answer> {
  const given = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return new Promise((resolve, reject) => {
    const request = http.request(
      endpoint,
      { method, path, headers: Object.fromEntries(given) as Record<string, string>, agent },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

const agent = new http.Agent({ keepAlive: true });

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function rfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
