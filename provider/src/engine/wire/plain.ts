/**
 * Values ↔ plain JavaScript, as Pulumi's Node SDK hands a decoded `Struct` to
 * a dynamic provider and takes one back: what JSON lacks is spelt as on the wire.
 */
import { isList, Unknown, valueMap, type Value, type ValueMap } from "./values.ts";
import { decodeObject, decodeString, encodeObject, encodeUnknown } from "./encoding.ts";

export type Plain = null | boolean | number | string | readonly Plain[] | PlainMap;
export interface PlainMap {
  readonly [key: string]: Plain;
}

export function fromPlainMap(map: PlainMap): ValueMap {
  return valueMap(Object.entries(map).map(([key, item]) => [key, fromPlain(item)]));
}

export function toPlainMap(map: ValueMap): PlainMap {
  return Object.fromEntries(Object.entries(map).map(([key, item]) => [key, toPlain(item)]));
}

function fromPlain(value: Plain): Value {
  if (typeof value === "string") return decodeString(value);
  if (typeof value !== "object" || value === null) return value;
  return isPlainList(value) ? value.map(fromPlain) : decodeObject(fromPlainMap(value));
}

function toPlain(value: Value): Plain {
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Unknown) return encodeUnknown(value);
  return isList(value) ? value.map(toPlain) : toPlainMap(encodeObject(value));
}

function isPlainList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
