/** Which URLs are asked, where, and what is right. Pure. */
import { Refusal } from "../core/errors.ts";
import type { Connection } from "./connect.ts";
import type { AwaitOrigin, ProbeInputs, VerifyEdge } from "./inputs.ts";
import type { Expectation } from "./judge.ts";
import { sample } from "./sample.ts";

/** What a trigger's plan knows of a target. */
export interface ProbeTarget {
  readonly target: string;
  /** As the program gives it; a digest of the body or any other text. */
  readonly hash?: string | undefined;
  /** It left the content. */
  readonly removed: boolean;
  /** It stands for many URLs, such as all in a directory, and its hash for more than one body. */
  readonly many?: boolean;
}

export interface Probe {
  /** Of which target this tells: the URL as the trigger has it. */
  readonly target: string;
  /** What is asked. */
  readonly url: string;
  readonly via: Via;
  readonly expected: Expectation;
}

/** How the server is found. */
export type Via =
  | { readonly kind: "url" }
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "resolver"; readonly resolver: string };

export interface ProbePlan {
  readonly probes: readonly Probe[];
  /** Of a gate: it asks the targets' own hosts, which may be the edge. */
  readonly asksEdge?: boolean;
  readonly connection: Connection;
  readonly withinMs: number;
}

const defaultSample = 20;
const defaultSeconds = { gate: 300, check: 120 };

export function planGate(input: AwaitOrigin, targets: readonly ProbeTarget[]): ProbePlan {
  const chosen = choose("awaitOrigin", input, targets, () => undefined);
  const via: Via = input.address === undefined ? { kind: "url" } : { kind: "address", address: input.address };
  const probes = chosen.map((each) => ({ ...each, url: rebased(each.target, input.url), via }));
  const asked = new Set(probes.map(({ url }) => new URL(url).host));
  const asksEdge = via.kind === "url" && targets.some(({ target }) => isUrl(target) && asked.has(new URL(target).host));
  return { ...terms(input, defaultSeconds.gate), probes, asksEdge };
}

/** `since`: from when on, by the monotonic clock, whatever the edge fetches is new. */
export function planCheck(input: VerifyEdge, targets: readonly ProbeTarget[], since: number): ProbePlan {
  const chosen = choose("verifyEdge", input, targets, () => ({ kind: "young", since })).map((each) =>
    each.expected.kind === "digest" ? { ...each, expected: { ...each.expected, since } } : each,
  );
  const ways = waysOf(input);
  return {
    ...terms(input, defaultSeconds.check),
    probes: chosen.flatMap((each) => ways.map((via) => ({ ...each, url: each.target, via }))),
  };
}

function terms({ host, headers, serverName, ca, within }: ProbeInputs, seconds: number): Omit<ProbePlan, "probes"> {
  const named = host === undefined ? {} : { Host: host };
  return { connection: { headers: { ...named, ...headers }, serverName, ca }, withinMs: (within ?? seconds) * 1000 };
}

function waysOf({ nodes, resolvers }: VerifyEdge): Via[] {
  if (nodes !== undefined) return nodes.map((address) => ({ kind: "address", address }));
  if (resolvers !== undefined) return resolvers.map((resolver) => ({ kind: "resolver", resolver }));
  return [{ kind: "url" }];
}

interface Chosen {
  readonly target: string;
  readonly expected: Expectation;
}

/** The URLs of the sample with what is right for each. `otherwise`: for those of which nothing else is known. */
function choose(
  property: string,
  input: ProbeInputs,
  targets: readonly ProbeTarget[],
  otherwise: () => Expectation | undefined,
): Chosen[] {
  const digests = new Map(targets.map(({ target, hash }) => [target, digestsOf(hash)]));
  const wanted: readonly ProbeTarget[] = input.urls?.map((target) => ({ target, removed: false })) ?? targets;
  const asked = wanted.filter(({ removed }) => !removed || input.removed === "gone");
  const known = asked.flatMap(({ target, removed, many }) => {
    const expected = removed ? gone : (given(input.expect) ?? digests.get(target) ?? otherwise());
    return expected === undefined || many === true || !isUrl(target) ? [] : [{ url: target, target, expected }];
  });
  if (known.length === 0 && asked.length > 0) {
    throw new Refusal(
      asked.some(({ target, many }) => many !== true && isUrl(target))
        ? `${property}: what the new content looks like is not known, since the hashes are no digests of hashFiles. Give expect.`
        : `${property}: the targets are no URLs that could be asked for. Give urls, and expect if their digests are not in contents.`,
    );
  }
  const size = input.urls === undefined ? (input.sample ?? defaultSample) : "all";
  return sample(known, size).map(({ target, expected }) => ({ target, expected }));
}

const gone: Expectation = { kind: "gone" };

function given(expect: ProbeInputs["expect"]): Expectation | undefined {
  if (expect?.digest !== undefined) return { kind: "digest", anyOf: [expect.digest] };
  if (expect?.text !== undefined) return { kind: "text", text: expect.text };
  if (expect?.header !== undefined) return { kind: "header", name: expect.header, value: expect.value ?? "" };
  return undefined;
}

/** As hashFiles writes them: several where the server may answer with either. */
function digestsOf(text: string | undefined): Expectation | undefined {
  const anyOf = text?.split("+") ?? [];
  return anyOf.length > 0 && anyOf.every((each) => /^([0-9a-f]{32}){1,2}$/i.test(each))
    ? { kind: "digest", anyOf }
    : undefined;
}

function isUrl(target: string): boolean {
  return /^https?:\/\//i.test(target) && URL.canParse(target);
}

/** The same path at the origin. */
function rebased(target: string, base: string | undefined): string {
  if (base === undefined) return target;
  const { pathname, search } = new URL(target);
  return `${base.replace(/\/$/, "")}${pathname}${search}`;
}
