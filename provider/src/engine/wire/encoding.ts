/**
 * Values ↔ `google.protobuf.Struct`, the engine's wire form.
 *
 * Everything that JSON lacks travels as an object with a signature under one
 * magic key, or (unknowns) as a magic string; see sdk/go/common/resource/sig
 * in pulumi/pulumi. Decoding and encoding are inverse to each other.
 */
import type { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { embedded, ended, extent, MalformedMessage, type Field } from "./protobuf.ts";
import {
  Archive,
  Asset,
  isList,
  isMap,
  Output,
  ResourceReference,
  Secret,
  Unknown,
  valueMap,
  type UnknownKind,
  type Value,
  type ValueMap,
} from "./values.ts";

/** A field of type `Struct`. */
export function bag(number: number): Field<ValueMap | undefined> {
  return embedded<ValueMap>(number, (reader, end) => readMap(reader, end, 0), writeMap);
}

/** Deeper than any program nests, and not so deep that walking it would overflow the stack. */
const maxDepth = 1_000;

/** Tags of `Struct`, its map entries, `ListValue` and `Value`: field number and wire type in one byte. */
const tag = {
  first: 0x0a,
  second: 0x12,
  null: 0x08,
  number: 0x11,
  text: 0x1a,
  boolean: 0x20,
  struct: 0x2a,
  list: 0x32,
};

const signatureKey = "4dabf18193072939515e22adb298388d";

const signature = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
} as const;

const unknownKinds: ReadonlyMap<string, UnknownKind> = new Map([
  ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "string"],
  ["1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "boolean"],
  ["3eeb2bf0-c639-47a8-9e75-3b44932eb421", "number"],
  ["6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", "array"],
  ["030794c1-ac77-496b-92df-f27374a8bd58", "asset"],
  ["e48ece36-62e2-4504-bad9-02848725956a", "archive"],
  ["dd056dcd-154b-4c76-9bd3-c8f88648b5ff", "object"],
]);
const unknownSentinels: ReadonlyMap<UnknownKind, string> = new Map(
  [...unknownKinds].map(([sentinel, kind]) => [kind, sentinel]),
);

/** What the engine puts where an id or a string is not known yet. */
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function readMap(reader: BinaryReader, end: number, depth: number): Record<string, Value> {
  const map = valueMap();
  each(reader, end, (entry) => {
    if (entry !== tag.first) return false;
    let key = "";
    let value: Value = null;
    each(reader, extent(reader, end), (part, entryEnd) => {
      if (part === tag.first) key = reader.string();
      else if (part === tag.second) value = readValue(reader, extent(reader, entryEnd), depth);
      else return false;
      return true;
    });
    if (key === "__proto__") throw new MalformedMessage(`a property is called "__proto__", a name that cannot be used`);
    map[key] = value;
    return true;
  });
  return map;
}

function readList(reader: BinaryReader, end: number, depth: number): Value[] {
  const list: Value[] = [];
  each(reader, end, (item) => {
    if (item === tag.first) list.push(readValue(reader, extent(reader, end), depth));
    return item === tag.first;
  });
  return list;
}

function readValue(reader: BinaryReader, end: number, depth: number): Value {
  if (depth > maxDepth) throw new MalformedMessage(`a property is nested more than ${maxDepth} deep`);
  let value: Value = null;
  each(reader, end, (kind) => {
    if (kind === tag.text) value = decodeString(reader.string());
    else if (kind === tag.number) value = reader.double();
    else if (kind === tag.boolean) value = reader.bool();
    else if (kind === tag.struct) value = decodeObject(readMap(reader, extent(reader, end), depth + 1));
    else if (kind === tag.list) value = readList(reader, extent(reader, end), depth + 1);
    else return false;
    return true;
  });
  return value;
}

/** Hands over tag by tag; what is not taken is skipped. */
function each(reader: BinaryReader, end: number, take: (tag: number, end: number) => boolean): void {
  while (reader.pos < end) {
    const next = reader.uint32();
    if (!take(next, end)) reader.skip(next & 7, next >>> 3);
  }
  ended(reader, end);
}

export function decodeString(text: string): Value {
  const kind = unknownKinds.get(text);
  return kind === undefined ? text : new Unknown(kind);
}

export function encodeUnknown({ kind }: Unknown): string {
  return unknownSentinels.get(kind) ?? unknownString;
}

export function decodeObject(map: ValueMap): Value {
  const found = map[signatureKey];
  if (found === undefined) return map;
  switch (found) {
    case signature.secret:
      return new Secret(required(map, "value"));
    case signature.output:
      return new Output(map["value"], map["secret"] === true, strings(map["dependencies"] ?? null));
    case signature.resource:
      return decodeReference(map);
    case signature.asset:
      return new Asset(text(map, "hash"), assetSource(map));
    case signature.archive:
      return new Archive(text(map, "hash"), archiveSource(map));
    default:
      throw new MalformedMessage(`an object carries the unknown signature ${JSON.stringify(found)}`);
  }
}

function decodeReference(map: ValueMap): ResourceReference {
  const id = map["id"];
  return new ResourceReference(
    text(map, "urn"),
    id === undefined ? undefined : id === "" || id instanceof Unknown ? new Unknown() : text(map, "id"),
    text(map, "packageVersion"),
  );
}

function assetSource(map: ValueMap): Asset["source"] {
  return map["text"] === undefined ? fileSource(map) : { text: text(map, "text") };
}

function archiveSource(map: ValueMap): Archive["source"] {
  const assets = map["assets"] ?? null;
  return isMap(assets) ? { assets } : fileSource(map);
}

function fileSource(map: ValueMap): Asset["source"] & Archive["source"] {
  if (map["path"] !== undefined) return { path: text(map, "path") };
  return map["uri"] === undefined ? { elided: true } : { uri: text(map, "uri") };
}

function required(map: ValueMap, key: string): Value {
  const value = map[key];
  if (value === undefined) throw new MalformedMessage(`a special value lacks its ${JSON.stringify(key)}`);
  return value;
}

function text(map: ValueMap, key: string): string {
  const value = map[key] ?? "";
  if (typeof value !== "string") {
    throw new MalformedMessage(`a special value has a ${JSON.stringify(key)} that is no text`);
  }
  return value;
}

function strings(value: Value): string[] {
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}

function writeMap(writer: BinaryWriter, map: ValueMap): void {
  for (const [key, value] of Object.entries(map)) {
    writer.uint32(tag.first).fork().uint32(tag.first).string(key);
    writeValue(writer.uint32(tag.second).fork(), value);
    writer.join().join();
  }
}

function writeValue(writer: BinaryWriter, value: Value): void {
  if (value === null) writer.uint32(tag.null).uint32(0);
  else if (typeof value === "boolean") writer.uint32(tag.boolean).bool(value);
  else if (typeof value === "number") writer.uint32(tag.number).double(value);
  else if (typeof value === "string") writer.uint32(tag.text).string(value);
  else if (value instanceof Unknown) writer.uint32(tag.text).string(encodeUnknown(value));
  else if (isList(value)) {
    writer.uint32(tag.list).fork();
    for (const item of value) {
      writeValue(writer.uint32(tag.first).fork(), item);
      writer.join();
    }
    writer.join();
  } else {
    writeMap(writer.uint32(tag.struct).fork(), encodeObject(value));
    writer.join();
  }
}

export function encodeObject(
  value: Exclude<Value, null | boolean | number | string | readonly Value[] | Unknown>,
): ValueMap {
  if (value instanceof Secret) return special(signature.secret, { value: value.value });
  if (value instanceof Output) {
    return special(signature.output, {
      ...(value.value === undefined ? {} : { value: value.value }),
      ...(value.secret ? { secret: true } : {}),
      ...(value.dependencies.length === 0 ? {} : { dependencies: value.dependencies }),
    });
  }
  if (value instanceof Asset) return special(signature.asset, { hash: value.hash, ...source(value.source) });
  if (value instanceof Archive) return special(signature.archive, { hash: value.hash, ...source(value.source) });
  if (value instanceof ResourceReference) {
    return special(signature.resource, {
      urn: value.urn,
      ...(value.id === undefined ? {} : { id: value.id instanceof Unknown ? "" : value.id }),
      ...(value.packageVersion === "" ? {} : { packageVersion: value.packageVersion }),
    });
  }
  return value;
}

function source(from: Asset["source"] | Archive["source"]): ValueMap {
  return "elided" in from ? {} : from;
}

function special(sign: string, fields: ValueMap): ValueMap {
  return { [signatureKey]: sign, ...fields };
}
