/** Whether an answer is the new content, and the facts that say so. Pure. */
import { hash } from "node:crypto";
import { header } from "./connect.ts";
import type { Visit } from "./visit.ts";

export type Expectation =
  /** SHA-256 of the body: any of these, 32 or 64 hex digits. `since`: of a body too big to read, its `Age` as of `young`. */
  | { readonly kind: "digest"; readonly anyOf: readonly string[]; readonly since?: number }
  | { readonly kind: "header"; readonly name: string; readonly value: string }
  | { readonly kind: "text"; readonly text: string }
  /** 404 or 410. */
  | { readonly kind: "gone" }
  /** No older than `since`, on the monotonic clock, by its `Age`. */
  | { readonly kind: "young"; readonly since: number };

/** What was seen. What is not known is absent. */
export interface Seen {
  readonly status?: number;
  /** 32 hex digits, as `hashFiles` writes. */
  readonly digest?: string;
  /** The header's value that was asked for. */
  readonly value?: string;
  /** Seconds. */
  readonly age?: number;
  /** Where a redirect leads that was not followed. */
  readonly location?: string;
  /** The address that answered. */
  readonly node?: string;
  /** Why there is no answer, or none that can be judged. */
  readonly problem?: string;
  /** A right answer, as far as that can be said without its body. */
  readonly tooBig?: boolean;
}

export interface Judgement {
  readonly right: boolean;
  readonly seen: Seen;
}

export function wants(expected: Expectation): "headers" | "body" {
  return expected.kind === "digest" || expected.kind === "text" ? "body" : "headers";
}

/** `askedAt`: when the request left, on the monotonic clock. */
export function judge(expected: Expectation, visit: Visit, askedAt: number): Judgement {
  if (visit.status === undefined) return { right: false, seen: { problem: visit.problem } };
  const { status, headers, body, problem, node, tooBig = false } = visit;
  const age = ageOf(headers);
  const location = status >= 300 && status < 400 ? headers["location"] : undefined;
  const seen: Seen = {
    status,
    ...(node === undefined ? {} : { node }),
    ...(age === undefined ? {} : { age }),
    ...(location === undefined ? {} : { location }),
    ...(problem === undefined ? {} : { problem }),
  };
  switch (expected.kind) {
    case "gone":
      return { right: status === 404 || status === 410, seen };
    case "young":
      return { right: status < 500 && isYoung(age, askedAt, expected.since), seen };
    case "header": {
      const value = header(headers, expected.name);
      return {
        right: status === 200 && isSame(expected.name, value, expected.value),
        seen: value === undefined ? seen : { ...seen, value },
      };
    }
    case "text":
      return { right: status === 200 && body !== undefined && holds(body, expected.text, headers), seen };
    case "digest": {
      if (body === undefined) {
        const known = tooBig && status === 200;
        const right = known && expected.since !== undefined && isYoung(age, askedAt, expected.since);
        return { right, seen: known ? { ...seen, tooBig } : seen };
      }
      const digest = hash("sha256", body, "hex");
      const right = status === 200 && expected.anyOf.some((each) => digest.startsWith(each.toLowerCase()));
      return { right, seen: { ...seen, digest: digest.slice(0, 32) } };
    }
  }
}

/** `Age` counts whole seconds that have passed: the copy may be almost one older. */
function isYoung(age: number | undefined, askedAt: number, since: number): boolean {
  return age !== undefined && (age + 1) * 1000 <= askedAt - since;
}

/** Servers weaken the tag of what they compress, and tags are told with their quotes and without. */
function isSame(name: string, seen: string | undefined, wanted: string): boolean {
  if (seen === undefined || name.toLowerCase() !== "etag") return seen === wanted;
  return opaque(seen) === opaque(wanted);
}

function opaque(tag: string): string {
  return tag
    .trim()
    .replace(/^W\//, "")
    .replace(/^"(.*)"$/, "$1");
}

/** In the charset that the answer names, or in UTF-8. */
function holds(body: Buffer, text: string, headers: Readonly<Record<string, string>>): boolean {
  if (body.includes(text)) return true;
  const [, charset] = /;\s*charset="?([\w.:-]+)/i.exec(headers["content-type"] ?? "") ?? [];
  try {
    return charset !== undefined && new TextDecoder(charset).decode(body).includes(text);
  } catch {
    // Of a charset that is none, nothing can be read.
    return false;
  }
}

function ageOf(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers["age"] ?? "";
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
