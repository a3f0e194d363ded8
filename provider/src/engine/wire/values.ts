/**
 * The values that travel between the engine and a provider.
 *
 * Plain JSON plus the things JSON cannot say: a value that is not known yet
 * (preview), a secret, a file. `wire.ts` turns them into protobuf and back;
 * nothing else in the project knows the wire form.
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | ValueMap
  | Unknown
  | Secret
  | Output
  | Asset
  | Archive
  | ResourceReference;

/** Property bag. Made by `valueMap`, so that a key such as `__proto__` is data, never a prototype. */
export interface ValueMap {
  readonly [key: string]: Value;
}

/** What JSON cannot say. */
abstract class Special {}

/** A value that only `pulumi up` will know. Exists in preview only. */
export class Unknown extends Special {
  readonly kind: UnknownKind;
  constructor(kind: UnknownKind = "string") {
    super();
    this.kind = kind;
  }
}
export type UnknownKind = "string" | "boolean" | "number" | "array" | "asset" | "archive" | "object";

/** A value that must stay encrypted in state and invisible in output. */
export class Secret extends Special {
  readonly value: Value;
  constructor(value: Value) {
    super();
    this.value = value;
  }
}

/** An output with its dependencies, as the engine sends it to components. No `value`: unknown. */
export class Output extends Special {
  readonly value: Value | undefined;
  readonly secret: boolean;
  readonly dependencies: readonly string[];
  constructor(value: Value | undefined, secret: boolean, dependencies: readonly string[]) {
    super();
    this.value = value;
    this.secret = secret;
    this.dependencies = dependencies;
  }
}

/** Where bytes are. The engine drops the source (`hash` stays) wherever only identity matters. */
type FileSource = { readonly path: string } | { readonly uri: string } | { readonly elided: true };
export type AssetSource = { readonly text: string } | FileSource;
export type ArchiveSource = { readonly assets: ValueMap } | FileSource;

/** Bytes somewhere: the same when their hashes are. */
abstract class Hashed<Source> extends Special {
  readonly hash: string;
  readonly source: Source;
  constructor(hash: string, source: Source) {
    super();
    this.hash = hash;
    this.source = source;
  }
}

/** A file. */
export class Asset extends Hashed<AssetSource> {}

/** A folder or archive file. */
export class Archive extends Hashed<ArchiveSource> {}

export class ResourceReference extends Special {
  readonly urn: string;
  /** `undefined`: a component has no id. An id that is not known yet is `Unknown`. */
  readonly id: string | Unknown | undefined;
  readonly packageVersion: string;
  constructor(urn: string, id: string | Unknown | undefined, packageVersion: string) {
    super();
    this.urn = urn;
    this.id = id;
    this.packageVersion = packageVersion;
  }
}

/** Where a value sits: `["contents", "https://a.b/c", 0]`. */
export type Path = readonly (string | number)[];

export function valueMap(entries: Iterable<readonly [string, Value]> = []): Record<string, Value> {
  const map: Record<string, Value> = Object.create(null);
  for (const [key, value] of entries) map[key] = value;
  return map;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is ValueMap {
  return typeof value === "object" && value !== null && !isList(value) && !(value instanceof Special);
}

/** The items of a list or map with their steps; nothing else has any. */
export function items(value: Value): (readonly [string | number, Value])[] {
  if (isList(value)) return value.map((item, index) => [index, item]);
  return isMap(value) ? Object.entries(value) : [];
}

/** The same list or map of other items; nothing else has any. */
export function mapItems(value: Value, change: (item: Value, step: string | number) => Value): Value {
  if (isList(value)) return value.map(change);
  return isMap(value) ? mapEntries(value, change) : value;
}

export function mapEntries(map: ValueMap, change: (item: Value, key: string) => Value): ValueMap {
  const changed: Record<string, Value> = Object.create(null);
  for (const key of Object.keys(map)) changed[key] = change(map[key] ?? null, key);
  return changed;
}

/** The paths of everything not known yet. */
export function unknownPaths(value: Value, path: Path = []): Path[] {
  if (value instanceof Unknown) return [path];
  if (value instanceof Output) return value.value === undefined ? [path] : unknownPaths(value.value, path);
  if (value instanceof Secret) return unknownPaths(value.value, path);
  return items(value).flatMap(([step, item]) => unknownPaths(item, [...path, step]));
}

/** What a path leads to. */
export function valueAt(value: Value, path: Path): Value | undefined {
  return path.reduce<Value | undefined>((at, step) => {
    if (at === undefined) return undefined;
    if (isList(at)) return at[Number(step)];
    return isMap(at) ? at[step] : undefined;
  }, value);
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => step === path[index]);
}

/** A path in the engine's notation: `a.b[0]["odd.key"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (/^[A-Za-z_$][\w$]*$/.test(step)) return text === "" ? step : `${text}.${step}`;
    // The engine's parser knows this escape and no other.
    return `${text}["${step.replaceAll('"', '\\"')}"]`;
  }, "");
}
