/**
 * A request as it goes to the gateway, signed (ACS3-HMAC-SHA256) by the
 * vendor's own code. Sent by ours, since the SDK's core takes neither an agent
 * nor a proxy: docs/decisions/vendor-sdk.md.
 */
import { stringify } from "node:querystring";
import type { Outgoing } from "../../core/network/send.ts";
import type { Keys } from "./credentials.ts";
import type { Request } from "./request.ts";

/** Request lines longer than this are a gamble; the vendor documents POST forms for all of these operations. */
const longestQuery = 4096;
const algorithm = "ACS3-HMAC-SHA256";

export async function signed(request: Request, origin: URL, version: string, keys: Keys): Promise<Outgoing> {
  const [{ default: core }, { default: dara }] = await Promise.all([
    import("@alicloud/openapi-core"),
    import("@darabonba/typescript"),
  ]);
  const { OpenApiUtil: util } = core;
  const { action, method } = request;
  const { query, form } = place(request);
  const body = form === undefined ? "" : util.toForm(form);
  const url = new URL(`/?${stringify(query)}`, origin);
  const digest = util.hash(Buffer.from(body), algorithm).toString("hex");
  const headers: Record<string, string> = {
    host: url.host,
    "x-acs-version": version,
    "x-acs-action": action,
    "user-agent": util.getUserAgent(""),
    "x-acs-date": util.getTimestamp(),
    "x-acs-signature-nonce": util.getNonce(),
    accept: "application/json",
    ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
    "x-acs-content-sha256": digest,
    ...(keys.provider === undefined ? {} : { "x-acs-credentials-provider": keys.provider }),
    ...(keys.token === undefined ? {} : { "x-acs-accesskey-id": keys.id, "x-acs-security-token": keys.token }),
  };
  const plain = Object.assign(new dara.Request(), { method, pathname: "/", query, headers });
  const authorization = util.getAuthorization(plain, algorithm, digest, keys.id, keys.secret);
  return { method, url, headers: { ...headers, authorization }, body: form === undefined ? undefined : body };
}

function place(request: Request): { query: Record<string, string>; form?: Record<string, string> } {
  const given: Record<string, string> = {};
  for (const [key, value] of Object.entries(request.parameters)) if (value !== undefined) given[key] = value;
  const asForm = request.method === "POST" && (request.form === true || stringify(given).length > longestQuery);
  return asForm ? { query: {}, form: given } : { query: given };
}
