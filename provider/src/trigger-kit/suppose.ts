/**
 * Planning while inputs are still unknown: an unknown hash counts as another
 * one, an unknown target as one more, so the plan is the most that `up` can do.
 */
import { Asset, Unknown } from "../engine/define/index.ts";
import { unknownNames } from "./unknowns.ts";

export interface Supposed {
  readonly desired: object;
  /** Inputs that were supposed to be something. */
  readonly unknownInputs: readonly string[];
  /** Inputs without which there is nothing to plan. */
  readonly missing: readonly string[];
}

/** No program's hash. */
const unknownHash = "\u0000known only during up";

export function suppose(desired: object, names: readonly string[]): Supposed {
  const stand = new Map<string, unknown>();
  const { content, contentHash, contents, targets } = propertiesOf(desired);
  if (contentHash instanceof Unknown) stand.set("contentHash", unknownHash);
  if (content instanceof Unknown) stand.set("content", undefined).set("contentHash", unknownHash);
  if (Array.isArray(targets) && targets.some((target) => target instanceof Unknown)) {
    stand.set(
      "targets",
      targets.map((target: unknown, at) => (target instanceof Unknown ? `targets[${at}]` : target)),
    );
  }
  if (isMap(contents) && Object.values(contents).some((hash) => hash instanceof Unknown)) {
    const entries = Object.entries(contents);
    stand.set(
      "contents",
      Object.fromEntries(entries.map(([target, hash]) => [target, hash instanceof Unknown ? unknownHash : hash])),
    );
  }
  const unknown = unknownNames(desired, names);
  return {
    desired: stand.size === 0 ? desired : { ...desired, ...Object.fromEntries(stand) },
    unknownInputs: unknown.filter((name) => stand.has(name)),
    missing: unknown.filter((name) => !stand.has(name)),
  };
}

function propertiesOf(desired: object): Readonly<Partial<Record<string, unknown>>> {
  return Object.fromEntries(Object.entries(desired));
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Asset) && !(value instanceof Unknown);
}
