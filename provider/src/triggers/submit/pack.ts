/** Fewest calls that carry all targets under the rules of a kind. Pure; keeps the order where the rules allow. */
import type { KindRules } from "../service.ts";
import { urlInside } from "./target-index.ts";

export function pack(targets: readonly string[], rules: KindRules): string[][] {
  const hosts = rules.hostsPerCall;
  if (hosts === undefined) return chunk(targets, rules);
  const groups = byHost(targets);
  if (groups.length <= hosts) return chunk(targets, rules);
  return hosts === 1 ? groups.flatMap((group) => chunk(group, rules)) : packHosts(groups, hosts, rules);
}

/** Of a URL, of a host with or without path, of an object in JSON that has its URL inside. */
export function hostOf(target: string): string {
  const url = urlInside(target) ?? target;
  const match = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url);
  return (match?.[1] ?? url.split(/[/?#]/, 1)[0] ?? "").toLowerCase();
}

/** Scheme, host and port of a URL, which is where a copy lies. */
export function originOf(target: string): string {
  return (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0] ?? "").toLowerCase();
}

/** As vendors count, and as they take the name of a host: without the port. */
export function domainOf(target: string): string {
  return hostOf(target).replace(/:\d+$/, "");
}

function weight(target: string, rules: KindRules): number {
  return Buffer.byteLength(target) + (rules.bytesBeside ?? 0);
}

function chunk(targets: readonly string[], rules: KindRules): string[][] {
  const batches: string[][] = [];
  let open: string[] = [];
  let bytes = 0;
  for (const target of targets) {
    const more = weight(target, rules);
    if (open.length > 0 && (open.length >= rules.perCall || bytes + more > rules.bytesPerCall)) {
      batches.push(open);
      open = [];
      bytes = 0;
    }
    open.push(target);
    bytes += more;
  }
  if (open.length > 0) batches.push(open);
  return batches;
}

/** The targets of each host, hosts in the order in which they come first. */
export function byHost(targets: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const target of targets) {
    const host = hostOf(target);
    const group = groups.get(host);
    if (group === undefined) groups.set(host, [target]);
    else group.push(target);
  }
  return [...groups.values()];
}

/**
 * A call is full when it has its targets or its hosts. Small hosts use up host
 * places, big ones target places: so each call takes the smallest hosts whole
 * and gives its last place to the biggest, which may be cut. The exact least
 * is NP-hard to find (bin packing with splittable items and cardinality
 * constraints); this is at most one call above what both limits by themselves
 * ask for, in all that test/triggers/packing.test.ts tries.
 */
function packHosts(groups: readonly string[][], hosts: number, rules: KindRules): string[][] {
  const left = groups.map((group) => [...group]).toSorted((a, b) => a.length - b.length);
  const batches: string[][] = [];
  while (left.length > 0) {
    const open: string[] = [];
    let places = hosts;
    let bytes = 0;
    const fits = (target: string): boolean =>
      open.length < rules.perCall && (open.length === 0 || bytes + weight(target, rules) <= rules.bytesPerCall);
    const move = (group: string[]): void => {
      let taken = 0;
      for (const target of group) {
        if (!fits(target)) break;
        open.push(target);
        bytes += weight(target, rules);
        taken++;
      }
      group.splice(0, taken);
      places--;
    };
    while (places > 1 && left[0] !== undefined && open.length + left[0].length < rules.perCall) {
      move(left[0]);
      if (left[0].length > 0) break;
      left.shift();
    }
    for (let big = left.length - 1; places > 0 && big >= 0; big--) {
      const group = left[big];
      const next = group?.[0];
      if (group === undefined || next === undefined || !fits(next)) break;
      move(group);
    }
    batches.push(open);
    const rest = left.filter((group) => group.length > 0).toSorted((a, b) => a.length - b.length);
    left.splice(0, left.length, ...rest);
  }
  return batches;
}
