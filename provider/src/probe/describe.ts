/** The words for what probes found. Pure. */
import type { Expectation, Seen } from "./judge.ts";
import type { EdgeResult, Finding, GateResult } from "./prober.ts";

/** More would bury what they say. */
const mostShown = 10;

/** Why the gate is closed, one line for each URL. */
export function closedGate({ findings, waitedMs }: GateResult): string {
  const wrong = findings.filter(({ right }) => !right);
  const next = wrong.every(({ seen }) => seen.tooBig === true)
    ? "Give awaitOrigin.urls or expect: of bodies of this size no digest is taken."
    : "Publish the content and run pulumi up again, or give the origin more time (awaitOrigin.within).";
  return [
    `awaitOrigin: after ${seconds(waitedMs)} the origin does not serve the new content at ${wrong.length} of ${findings.length} URLs; nothing was sent.`,
    ...listed(wrong),
    next,
  ].join("\n");
}

/** What is stale at the edge, one line for each URL and node. */
export function staleEdge({ findings, waitedMs }: EdgeResult): string {
  const wrong = findings.filter(({ right }) => !right);
  return [
    `verifyEdge: after ${seconds(waitedMs)} ${wrong.length} of ${findings.length} visits are not shown to be fresh.`,
    ...listed(wrong),
  ].join("\n");
}

export function foundLine({ url, node, expected, seen }: Finding): string {
  const at = node === undefined ? url : `${url} at ${node}`;
  return `${at}: expected ${expectedText(expected)}, found ${foundText(seen, expected)}`;
}

function listed(findings: readonly Finding[]): string[] {
  const more = findings.length - mostShown;
  return [
    ...findings.slice(0, mostShown).map((finding) => `  ${foundLine(finding)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

export function expectedText(expected: Expectation): string {
  switch (expected.kind) {
    case "digest":
      return `SHA-256 ${expected.anyOf.map((each) => each.slice(0, 32)).join(" or ")}`;
    case "header":
      return `${expected.name}: ${expected.value}`;
    case "text":
      return `the text ${JSON.stringify(expected.text)}`;
    case "gone":
      return "404 or 410";
    case "young":
      return "a copy fetched since the purge";
  }
}

function foundText(seen: Seen, expected: Expectation): string {
  const { status, digest, value, age, location, problem } = seen;
  if (status === undefined) return problem ?? "nothing";
  const facts = [
    location === undefined ? String(status) : `${status} to ${location}`,
    ...(digest === undefined ? [] : [`SHA-256 ${digest}`]),
    ...(expected.kind === "header" ? [value === undefined ? `no ${expected.name}` : `${expected.name}: ${value}`] : []),
    ...(expected.kind === "text" && problem === undefined ? ["without it"] : []),
    ...(age === undefined ? (expected.kind === "young" ? ["no Age"] : []) : [`Age ${age} s`]),
    ...(problem === undefined ? [] : [problem]),
  ];
  return facts.join(", ");
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000).toLocaleString("en")} s`;
}
