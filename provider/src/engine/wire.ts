/**
 * Values ↔ `google.protobuf.Struct`, the engine's wire form.
 *
 * Everything that JSON lacks travels as an object with a signature under one
 * magic key, or (unknowns) as a magic string; see sdk/go/common/resource/sig
 * in pulumi/pulumi. Decoding and encoding are inverse to each other.
 */
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct, Value as WireValue } from "google-protobuf/google/protobuf/struct_pb.js";
import {
  Archive,
  Asset,
  isList,
  Output,
  ResourceReference,
  Secret,
  Unknown,
  valueMap,
  type UnknownKind,
  type Value,
  type ValueMap,
} from "./values.ts";

/** The message cannot be what an engine sends. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

export function decodeStruct(struct: Struct | undefined): ValueMap {
  const map = valueMap();
  struct?.getFieldsMap().forEach((value: WireValue, key: string) => {
    map[key] = decode(value);
  });
  return map;
}

export function encodeStruct(map: ValueMap): Struct {
  const struct = new structPb.Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(map)) fields.set(key, encode(value));
  return struct;
}

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
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function decode(value: WireValue): Value {
  switch (value.getKindCase()) {
    case structPb.Value.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case structPb.Value.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case structPb.Value.KindCase.STRING_VALUE:
      return decodeString(value.getStringValue());
    case structPb.Value.KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map(decode);
    case structPb.Value.KindCase.STRUCT_VALUE:
      return decodeObject(decodeStruct(value.getStructValue()));
    default:
      return null;
  }
}

function decodeString(text: string): Value {
  const kind = unknownKinds.get(text);
  return kind === undefined ? text : new Unknown(kind);
}

function decodeObject(map: ValueMap): Value {
  const found = map[signatureKey];
  if (found === undefined) return map;
  switch (found) {
    case signature.secret:
      return new Secret(required(map, "value"));
    case signature.output:
      return new Output(
        map["value"],
        map["secret"] === true,
        isList(map["dependencies"] ?? null) ? strings(map["dependencies"] ?? null) : [],
      );
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
  if (map["text"] !== undefined) return { text: text(map, "text") };
  if (map["path"] !== undefined) return { path: text(map, "path") };
  if (map["uri"] !== undefined) return { uri: text(map, "uri") };
  return { elided: true };
}

function archiveSource(map: ValueMap): Archive["source"] {
  const assets = map["assets"];
  if (typeof assets === "object" && assets !== null && !isList(assets)) {
    return { assets: valueMap(Object.entries(assets)) };
  }
  if (map["path"] !== undefined) return { path: text(map, "path") };
  if (map["uri"] !== undefined) return { uri: text(map, "uri") };
  return { elided: true };
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

function encode(value: Value): WireValue {
  const wire = new structPb.Value();
  if (value === null) wire.setNullValue(structPb.NullValue.NULL_VALUE);
  else if (typeof value === "boolean") wire.setBoolValue(value);
  else if (typeof value === "number") wire.setNumberValue(value);
  else if (typeof value === "string") wire.setStringValue(value);
  else if (value instanceof Unknown) wire.setStringValue(unknownSentinels.get(value.kind) ?? unknownString);
  else if (isList(value)) {
    const list = new structPb.ListValue();
    list.setValuesList(value.map(encode));
    wire.setListValue(list);
  } else wire.setStructValue(encodeStruct(encodeObject(value)));
  return wire;
}

function encodeObject(value: Exclude<Value, null | boolean | number | string | readonly Value[] | Unknown>): ValueMap {
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
