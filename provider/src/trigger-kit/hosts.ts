/** One list of paths for several host names, or for http and https. Pure. */
import * as z from "zod";
import { Refusal } from "../core/errors.ts";
import type { Failure, Problem } from "../engine/define/index.ts";
import { hostProblem } from "./urls.ts";

export const hostInputs = {
  hosts: z.array(z.string()).min(1, "must name a host, or be left out").optional().meta({
    description:
      "Host names such as `www.example.com`, or with their scheme such as `http://www.example.com`; without one, https. `targets` and `contents` then list paths, as `hashFiles` without `urlPrefix` gives them, and each is sent for every host. For types whose targets are URLs.",
  }),
} as const;

/** The URLs that a path stands for, in the order of the hosts. */
export function atHosts(path: string, hosts: readonly string[]): string[] {
  return hosts.map((host) => `${originOf(host)}/${path.replace(/^\//, "")}`);
}

function originOf(host: string): string {
  return /^https?:\/\//i.test(host) ? host.replace(/\/$/, "") : `https://${host}`;
}

/** How a target is sent: spelled in one way, and once for each host. `undefined`: as it is given. */
export function namesFor(
  hosts: readonly string[] | undefined,
  spell: ((target: string) => string) | undefined,
): ((target: string) => readonly string[]) | undefined {
  if (hosts === undefined && spell === undefined) return undefined;
  return (target) => {
    const urls = hosts === undefined ? [target] : atHosts(pathOnly(target), hosts);
    return spell === undefined ? urls : urls.map(spell);
  };
}

/** Check sees what the program itself lists; what a file lists, which may be secret, is seen here. */
function pathOnly(target: string): string {
  const problem = pathProblem(target);
  if (problem !== undefined) throw new Refusal(`contents: an entry of the file ${problem.reason} such as /a.html.`);
  return target;
}

interface TargetRules {
  readonly problem: (target: string) => Problem | undefined;
  readonly spell: (target: string) => string;
}

/** What Check holds against a target and how it compares two; with hosts, by the URL at the first of them. */
export function targetRules(given: object, names: ReadonlySet<string>, { problem, spell }: TargetRules): TargetRules {
  if (!names.has("hosts")) return { problem, spell };
  const [host] = listIn(given) ?? [];
  // Which hosts is not known yet.
  const url = (path: string): string => atHosts(path, [host ?? "www.example.com"])[0] ?? path;
  return {
    problem: (path) => {
      const found = pathProblem(path) ?? problem(url(path));
      // What was meant is a path, too.
      const { suggestion } = found ?? {};
      return found && { ...found, suggestion: suggestion?.replace(/^https?:\/\/[^/]*/i, "") };
    },
    spell: (path) => spell(url(path)),
  };
}

function pathProblem(path: string): Problem | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path) || path.startsWith("//")) {
    const suggestion = path.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, "");
    return { reason: "is a URL; with hosts give paths", suggestion: suggestion === "" ? "/" : suggestion };
  }
  return undefined;
}

/** `fits`: targets of the type are URLs. */
export function checkHosts(given: object, type: string, fits: boolean): Failure[] {
  const hosts = listIn(given);
  if (hosts === undefined) return [];
  if (!fits) return [{ path: ["hosts"], reason: `does not fit type ${type}, whose targets are no URLs` }];
  const seen = new Map<string, number>();
  return hosts.flatMap((host, index): Failure[] => {
    const origin = originOf(host).toLowerCase();
    const first = seen.get(origin);
    seen.set(origin, first ?? index);
    const problem = hostProblem(host.replace(/^https?:\/\//i, "").replace(/\/$/, ""));
    const reason = problem?.reason ?? (first === undefined ? undefined : `is the same as hosts[${first}]`);
    return reason === undefined ? [] : [{ path: ["hosts", index], reason }];
  });
}

/** Those that are known; `undefined` where none are given, or one is not known yet. */
export function listIn(given: object): string[] | undefined {
  const hosts: unknown = Reflect.get(given, "hosts");
  if (!Array.isArray(hosts) || hosts.length === 0) return undefined;
  const known = hosts.filter((host): host is string => typeof host === "string");
  return known.length === hosts.length ? known : undefined;
}
