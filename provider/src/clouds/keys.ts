/** Keys as they must be to go into a header and a signature. Mostly it is the line end of a file or of a CI secret that spoils one. */
import * as z from "zod";
import { Fault } from "../core/errors.ts";

/** What is wrong with a key, without any of it; `undefined`: nothing that could be seen here. */
export function flawOf(key: string): string | undefined {
  if (key === "") return "is empty";
  if (/^(["'`]).*\1$/.test(key)) return "is in quotation marks";
  const at = key.search(/[^\x21-\x7E]/);
  if (at === -1) return undefined;
  const what = /[\r\n]/.test(key.charAt(at))
    ? "a line break"
    : /\s/.test(key.charAt(at))
      ? "a blank"
      : "a character that no key has";
  const where = at === 0 ? "at its start" : key.slice(at).trim() === "" ? "at its end" : "inside";
  return `has ${what} ${where}`;
}

/** What ids begin with; no secret does, but by a chance of one in ten millions. */
const ids = [
  { prefix: "LTAI", cloud: "alibaba", what: "an AccessKey id of Alibaba Cloud (LTAI…)" },
  { prefix: "AKID", cloud: "tencent", what: "a SecretId of Tencent Cloud (AKID…)" },
] as const;

/** A secret, or the id that a cloud knows its keys by. */
type Role = "secret" | "other" | (typeof ids)[number]["cloud"];

/** A key in the provider's configuration. */
export const key = (role: Role) =>
  z
    .string()
    .superRefine((value, context) => {
      const flaw = flawOf(value);
      if (flaw !== undefined) context.addIssue({ code: "custom", message: `${flaw}; give the key alone` });
      const id = ids.find(({ prefix, cloud }) => value.startsWith(prefix) && cloud !== role);
      if (id === undefined) return;
      const advice = role === "secret" ? "were id and secret swapped?" : "were the keys of two clouds swapped?";
      context.addIssue({ code: "custom", message: `is ${id.what}; ${advice}` });
    })
    .meta({ anyText: true });

/** One key, and where it was found in words of the reader: `the environment variable TENCENTCLOUD_SECRET_KEY`. */
export interface Found {
  readonly value: string;
  readonly place: string;
}

/** Told before anything is sent: no cloud would know such a key. */
export function refuseFlawed(keys: readonly (Found | undefined)[], cloud: string, action: string): void {
  for (const found of keys) {
    const flaw = found === undefined ? undefined : flawOf(found.value);
    if (found === undefined || flaw === undefined) continue;
    const facts = { kind: "unsent", lasting: true, cloud, action, code: "MalformedKey" } as const;
    throw new Fault({ ...facts, text: `${found.place} ${flaw}`, hint: "Give the key alone." });
  }
}

export function noCredentials(cloud: string, action: string, text: string, hint: string): Fault {
  return new Fault({ kind: "auth", cloud, action, code: "NoCredentials", text, hint });
}
