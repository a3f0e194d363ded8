/** What an author of resources, functions and configuration hands over, and what their verbs are asked with. */
import type * as z from "zod";
import type { Path, Unknown } from "../wire/values.ts";

/** Property name → zod schema. `.meta({...})` carries what the package schema needs (see `PropertyMeta`). */
export type Shape = Readonly<Record<string, z.ZodType>>;
export type Of<S extends Shape> = z.output<ReturnType<typeof z.object<S>>>;

/** What a property's `.meta()` may say beside `description`. */
export interface PropertyMeta {
  readonly description?: string;
  /** Encrypted in state and hidden in output, whatever the program passes. */
  readonly secret?: boolean;
  /** Of an output: secret whenever one of these inputs is, as it is made from them in a form that does not show it. */
  readonly secretWith?: readonly string[];
  /** Of a part of a secret output: what it says is none, and messages of later runs may show it. */
  readonly open?: boolean;
  /** Fires when it changes, so its texts (of a map: its values) must be what they are made from. */
  readonly fingerprint?: boolean;
  /** May hold any character, where the provider's texts may not: it is compared and not sent, or has rules of its own. */
  readonly anyText?: boolean;
  readonly deprecationMessage?: string;
  /** The type in the package schema where zod's own reading is wrong (transforms, assets). */
  readonly pulumi?: Readonly<Record<string, unknown>>;
  /** Name of the schema type (`esa:PurgeStatus`) for enums and objects. */
  readonly type?: string;
  /** What that type is, where `description` says what one property uses it for. */
  readonly typeDescription?: string;
  /** Enum value → description. */
  readonly values?: Readonly<Record<string, string>>;
  /** Environment variables that the SDK reads when the property is unset (provider configuration). */
  readonly environment?: readonly string[];
}

/** In preview any part may still be unknown. */
export type Previewed<T> =
  | Unknown
  | (T extends string | number | boolean | null | undefined
      ? T
      : T extends readonly (infer Item)[]
        ? readonly Previewed<Item>[]
        : T extends object
          ? { readonly [K in keyof T]: Previewed<T[K]> }
          : T);

/** The desired inputs in a preview: every property known, or partly or wholly unknown. */
export type PreviewedInputs<I> = { readonly [K in keyof I]: Previewed<I[K]> };

export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** Shown as an error, though the update goes on: throw, or return `problems`, to end it. */
  error(message: string): void;
  /** The status line beside the resource; the last one wins, none is kept. */
  status(message: string): void;
}

/** One operation on one resource, as every verb sees it. */
export interface Operation {
  readonly urn: string;
  readonly preview: boolean;
  /** The stack had this provider before this run. */
  readonly usedBefore: boolean;
  /** Aborted by Ctrl-C, by the engine going away and soon after the deadline. */
  readonly signal: AbortSignal;
  /** When the operation must have returned, in milliseconds of the provider's monotonic clock. */
  readonly deadline: number;
  readonly log: Log;
  /** Does the program say that this input, or anything in it, is secret? */
  isSecret(property: string): boolean;
  /** Secrets that the inputs only lead to, such as what is in a file: from now on no message shows these texts. */
  hide(texts: Iterable<string>): void;
  /**
   * Something within this operation begins, such as a request to a cloud: traces and logs show it by this name. The
   * result is called when it has ended, with facts about it.
   */
  readonly begin?: (name: string) => (facts: Readonly<Record<string, string>>) => void;
}

export interface Stored<I, O> {
  readonly id: string;
  readonly inputs: I;
  readonly outputs: O;
}

export interface ApplyRequest<I, O, C> {
  readonly desired: I;
  /** Absent on create. */
  readonly previous: Stored<I, O> | undefined;
  readonly operation: Operation;
  readonly context: C;
}

export interface Applied<O> {
  readonly id: string;
  readonly outputs: O;
  /** Not empty: the state is saved, the update fails with these reasons, and the next `up` applies again. */
  readonly problems?: readonly string[];
}

export interface PreviewRequest<I, O, C> {
  readonly desired: PreviewedInputs<I>;
  readonly previous: Stored<I, O> | undefined;
  readonly operation: Operation;
  readonly context: C;
}

export interface ReadRequest<I, O, C> {
  readonly id: string;
  /** Absent on import and `.get`. */
  readonly previous: Stored<I, O> | undefined;
  readonly operation: Operation;
  readonly context: C;
}

export interface DeleteRequest<I, O, C> extends Stored<I, O> {
  readonly operation: Operation;
  readonly context: C;
}

/** A refused input. `path` names the property, down to the item. */
export interface Failure {
  readonly path: Path;
  readonly reason: string;
  /** What the program may have meant. Not shown where it would be a secret in another spelling. */
  readonly suggestion?: string | undefined;
  /** There is no value where one must be. */
  readonly missing?: boolean;
}

export interface ResourceDefinition<C, I extends Shape, O extends Shape> {
  /** `package:module:Name`. */
  readonly token: string;
  /** Markdown with examples; becomes the documentation of every SDK. */
  readonly description: string;
  readonly inputs: I;
  /** Outputs beside the inputs, which every resource has as outputs too. */
  readonly outputs: O;
  /** A change of one of these is another object. */
  readonly replaceOn?: readonly (keyof I & string)[];
  /** The id names a place that holds exactly one object: replacing deletes first, and a place just written is never wiped. */
  readonly singleton?: boolean;
  /** Of a singleton: the id that a declaration will have, so that two of one place are seen. */
  readonly placeOf?: (inputs: Of<I>) => string;
  /**
   * Of a singleton: what only this resource's state knows, in words. Where another resource of the program declares
   * the place, as after a renaming without alias, deleting would lose that, and is refused.
   */
  readonly keepsOnly?: (stored: Stored<Of<I>, Of<O>>) => string | undefined;
  /** Seconds an operation may take unless `customTimeouts` says otherwise. Default 1800. */
  readonly timeout?: number;
  /** Rules between properties. Properties not known yet are absent from `inputs`; `given` names them with the others. */
  readonly check?: (inputs: Partial<Of<I>>, given: ReadonlySet<string>) => readonly Failure[];
  /**
   * Names of outputs which say that the last `apply` is not through, though nothing in the program need have changed:
   * the next `up` applies again. For what outlives the error of that run, which `refresh` takes from the state.
   */
  readonly unfinished?: (outputs: Of<O>, desired: PreviewedInputs<Of<I>>) => readonly (keyof O & string)[];
  /** State of an earlier release in today's form; `undefined`: it is of this release. */
  readonly upgrade?: (stored: { readonly inputs: object; readonly outputs: object }) => object | undefined;
  /** Create and update in one: make it as `desired` says. */
  readonly apply: (request: ApplyRequest<Of<I>, Of<O>, C>) => Promise<Applied<Of<O>>>;
  /** What `apply` would do, told through `operation.log`; returns the outputs that are certain already. */
  readonly preview?: (request: PreviewRequest<Of<I>, Of<O>, C>) => Promise<Partial<Of<O>>>;
  /** `undefined`: the object is gone. Without this verb the state is the truth. */
  readonly read?: (request: ReadRequest<Of<I>, Of<O>, C>) => Promise<Stored<Of<I>, Of<O>> | undefined>;
  readonly delete?: (request: DeleteRequest<Of<I>, Of<O>, C>) => Promise<void>;
}

export interface FunctionDefinition<C, I extends Shape, O extends Shape> {
  readonly token: string;
  readonly description: string;
  readonly inputs: I;
  readonly outputs: O;
  readonly check?: (inputs: Partial<Of<I>>) => readonly Failure[];
  readonly invoke: (request: {
    readonly inputs: Of<I>;
    readonly operation: Operation;
    readonly context: C;
  }) => Promise<Of<O>>;
}

/** No change of it ever replaces a resource: what was made stays where it is, whatever way leads there now. */
export interface ConfigDefinition<S extends Shape> {
  readonly properties: S;
  readonly check?: (config: Partial<Of<S>>) => readonly Failure[];
}
