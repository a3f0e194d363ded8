/** The cloud's codes sorted into kinds, once. */
import * as z from "zod";
import { Fault, type FaultFacts } from "../../core/errors.ts";
import { statusFailure, type Destination } from "../../core/network/failure.ts";
import type { Incoming } from "../../core/network/send.ts";

type CodeRule = Pick<FaultFacts, "kind" | "hint" | "blames">;

export const codes: Readonly<Record<string, CodeRule>> = {
  TooManyCalls: { kind: "throttled" },
  SiteBusy: { kind: "transient" },
  // It says that something failed, not how far it came.
  Unavailable: { kind: "ambiguous" },
  KeyRefused: { kind: "auth", hint: "Check templateKeyId and templateKeySecret." },
  Denied: { kind: "auth", hint: "Allow the operation to this key." },
  QuotaUsedUp: { kind: "quota", hint: "The daily quota is used up; it resets the next day." },
  TooManyUrls: { kind: "invalid", blames: "call" },
  InvalidUrl: { kind: "invalid", blames: "target" },
  ForeignSite: { kind: "notFound", blames: "host", hint: "The host must be a site of this account." },
  NoSuchAction: { kind: "invalid", blames: "call" },
  InvalidBody: { kind: "invalid", blames: "call" },
};

const refusedSchema = z.object({ code: z.string(), message: z.string(), requestId: z.string() });

/** The answer's body as parsed from JSON; throws the `Fault` that another answer is. */
export function bodyOf({ status, headers, body }: Incoming, action: string, to: Destination): unknown {
  const parsed = parse(body.toString("utf8"));
  if (status === 200 && parsed !== undefined) return parsed;
  const refused = refusedSchema.safeParse(parsed);
  if (!refused.success) throw new Fault({ cloud: "Template", action, ...statusFailure(status, to) });
  const { code, message: text, requestId } = refused.data;
  const rule: CodeRule = codes[code] ?? { kind: "unknown" };
  const seconds = Number(headers["retry-after"]);
  const retryAfterMs = seconds > 0 ? seconds * 1000 : undefined;
  throw new Fault({ cloud: "Template", action, ...rule, code, text, requestId, retryAfterMs });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
