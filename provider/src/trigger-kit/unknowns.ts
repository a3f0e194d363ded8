/** Asking, in a preview, whether everything is known that a plan needs. */
import { Archive, Asset, Unknown } from "../engine/define/index.ts";

/** What is left of `desired` when everything in it is known; `undefined` otherwise. */
export function allKnown<T extends object, K extends keyof T & string>(desired: T, keys: readonly K[]): boolean {
  return keys.every((key) => !holdsUnknown(desired[key]));
}

export function holdsUnknown(value: unknown): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Asset || value instanceof Archive) return false;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
