/** What random programs are made of: clouds, triggers of every type, the pages behind them, and what each covers. */
import type { Value } from "../../../provider/src/engine/wire/values.ts";
import { covers } from "../../stand-in/edge.ts";
import { subjectOf, type Token } from "../../triggers/subjects.ts";

/** Pages by their numbers. */
export const pageCount = 5;
const paths = ["docs/p%C3%A4ge", "docs/~user?a=%2F", "img/b", "img/c", ""];

export type Cloud = "esa" | "teo" | "cdn" | "dcdn";

/** Each type of each trigger, and which form its targets have. */
type Form = "file" | "directory" | "tag" | "host" | "regex" | "everything" | "prefetch";
interface Kind {
  readonly token: Token;
  readonly type: string | undefined;
  readonly form: Form;
}

function kinds(token: Token, types: Readonly<Record<string, Form>>): Kind[] {
  return Object.entries(types).map(([type, form]) => ({ token, type, form }));
}

const refresh = {
  File: "file",
  Directory: "directory",
  IgnoreParams: "file",
  Regex: "regex",
  CacheTag: "tag",
} as const;
const prefetch = (token: Token): Kind => ({ token, type: undefined, form: "prefetch" });
export const kindsOf: Readonly<Record<Cloud, readonly Kind[]>> = {
  esa: [
    ...kinds("esa:PurgeTrigger", {
      file: "file",
      directory: "directory",
      cachetag: "tag",
      hostname: "host",
      purgeall: "everything",
    }),
    prefetch("esa:PrefetchTrigger"),
  ],
  teo: [
    ...kinds("teo:PurgeTrigger", {
      purge_url: "file",
      purge_prefix: "directory",
      purge_cache_tag: "tag",
      purge_host: "host",
      purge_all: "everything",
    }),
    prefetch("teo:PrefetchTrigger"),
  ],
  cdn: [...kinds("cdn:PurgeTrigger", refresh), prefetch("cdn:PrefetchTrigger")],
  dcdn: [
    ...kinds("dcdn:PurgeTrigger", refresh),
    ...kinds("dcdn:EdgeRoutinePurgeTrigger", { File: "file", Directory: "directory" }),
    prefetch("dcdn:PrefetchTrigger"),
  ],
};

export interface Declared {
  readonly kind: Kind;
  readonly by: "hash" | "contents";
  /** Of all that this kind could list. */
  readonly listed: readonly number[];
  /** Lists a page of a host that is not ours. */
  readonly retired: boolean;
  /** Its calls are of another lane. */
  readonly option: boolean;
  readonly purgeAdded: boolean;
  readonly onCreate: "send" | "skip";
  readonly wait: boolean;
  readonly failurePolicy: "fail" | "warn";
  /** The program says that its targets are secret. */
  readonly secret: boolean;
}

export interface Page {
  readonly url: string;
  readonly tags: readonly string[];
}

function hostOf({ token }: Kind): string {
  return new URL(subjectOf(token).target(0)).host;
}

export function pageOf(kind: Kind, page: number): Page {
  const host = hostOf(kind);
  // As programs write it.
  const url = `https://${page % 2 === 0 ? host : host.replace("e", "E")}/${paths[page] ?? ""}`;
  return { url, tags: [`t${page % 3}`] };
}

/** Everything that a trigger of this kind could list. */
export function targetsOf(kind: Kind): readonly string[] {
  const host = hostOf(kind);
  switch (kind.form) {
    case "file":
    case "prefetch":
      return Array.from({ length: pageCount }, (_, page) => pageOf(kind, page).url);
    case "directory":
      return ["docs/", "img/", ""].map((path) => `https://${host}/${path}`);
    case "tag":
      return ["t0", "t1", "t2"];
    case "host":
      return [host];
    case "regex":
      return ["docs/.*", "img/.*"].map((path) => `https://${host}/${path}`);
    case "everything":
      return ["*"];
  }
}

export function listedOf({ kind, listed, retired }: Declared): readonly string[] {
  const all = targetsOf(kind);
  const own = [...new Set(listed.map((index) => all[index % all.length] ?? ""))];
  const stray = { file: "page", prefetch: "page", directory: "dir/" } as const;
  return retired && kind.form in stray
    ? [...own, `https://www.retired.example/${kind.form === "directory" ? "dir/" : "page"}`]
    : own;
}

/** The pages that a target covers. */
export function pagesUnder(kind: Kind, target: string): readonly string[] {
  const all = Array.from({ length: pageCount }, (_, page) => pageOf(kind, page));
  const word = kind.form === "prefetch" ? "file" : (kind.type ?? "");
  return all.filter((page) => covers({ kind: word, failed: new Map() }, page)(target)).map(({ url }) => url);
}

/** Digest of what a target covers: the versions of its pages. */
export type Digest = (kind: Kind, target: string) => string;

export function inputsOf(declared: Declared, digest: Digest, hash: string): Record<string, Value> {
  const { kind, by, option, purgeAdded, onCreate, wait, failurePolicy } = declared;
  const { base, verb } = subjectOf(kind.token);
  const targets = [...listedOf(declared)];
  const domain = kind.form === "tag" && /^d?cdn/.test(kind.token) ? { domainName: hostOf(kind) } : {};
  const knowsForce = /^d?cdn/.test(kind.token) && ["directory", "regex", "tag"].includes(kind.form);
  const lane = option && knowsForce ? { force: true } : {};
  const common = {
    ...base,
    ...(kind.type === undefined ? {} : { type: kind.type }),
    ...domain,
    ...lane,
    wait,
    failurePolicy,
    onCreate: onCreate === "send" ? verb : onCreate,
    ...(verb === "purge" ? { purgeAdded } : {}),
  };
  if (kind.form === "everything") return { ...common, contentHash: hash };
  if (by === "hash") return { ...common, targets, contentHash: hash };
  return { ...common, contents: Object.fromEntries(targets.map((target) => [target, digest(kind, target)])) };
}
