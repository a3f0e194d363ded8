/** Asking, in a preview, whether everything is known that a plan needs. */
import { Archive, Asset, Unknown } from "../engine/define/index.ts";

/** The names of those properties that hold something unknown. */
export function unknownNames(desired: object, names: readonly string[]): string[] {
  return names.filter((name) => holdsUnknown(Reflect.get(desired, name)));
}

/** These properties, without those that are absent. */
export function pick(values: object, names: readonly string[]): Record<string, unknown> {
  const entries = names.map((name): [string, unknown] => [name, Reflect.get(values, name)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

export function holdsUnknown(value: unknown): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Asset || value instanceof Archive) return false;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
