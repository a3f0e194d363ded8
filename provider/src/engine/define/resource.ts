/**
 * From an author's definition to what the engine layer drives: the same verbs
 * over plain property bags, parsed into the author's types on the way in.
 */
import * as z from "zod";
import type { Applied, FunctionDefinition, Of, Operation, ResourceDefinition, Shape, Stored } from "./contract.ts";
import { placesOfAnyText } from "./characters.ts";
import { checkShape, parseShape, previewed, toBag, type Checked, type Rules } from "./inputs.ts";
import { declaredSecrets, derivedSecrets, openPlaces, wordsOf, type DerivedSecret } from "./secrecy.ts";
import { unknownPaths, valueMap, type ValueMap } from "../wire/values.ts";
import type { Place } from "../wire/secrets.ts";

export interface StoredBags {
  readonly id: string;
  readonly inputs: ValueMap;
  readonly outputs: ValueMap;
}

/** What every verb gets beside its own. */
export interface Verb<C> {
  readonly operation: Operation;
  readonly context: C;
}

/** What a resource and a function have in common. */
export interface Declared {
  readonly token: string;
  readonly description: string;
  readonly inputs: Shape;
  readonly outputs: Shape;
  /** The places that are secret whatever the program says. */
  readonly secrets: readonly Place[];
  /** The places of outputs that are no secret themselves, whatever they are part of. */
  open(): readonly Place[];
  /** Outputs that are secret when an input is. */
  readonly derived: readonly DerivedSecret[];
  /** What no message hides. */
  words(): ReadonlySet<string>;
  /** `plain`: see `ProviderDefinition.plainTexts`. */
  check(inputs: ValueMap, plain?: boolean): Checked;
}

/** A resource without its types: what a provider is a list of. */
export interface Resource<C> extends Declared {
  readonly replaceOn: readonly string[];
  readonly singleton: boolean;
  readonly timeout: number;
  /** The id that these inputs declare; `undefined`: not known yet, or other resources may have the same. */
  placeOf(inputs: ValueMap): string | undefined;
  keepsOnly(stored: StoredBags): string | undefined;
  unfinished(outputs: ValueMap, desired: ValueMap): readonly string[];
  apply(request: Verb<C> & { desired: ValueMap; previous: StoredBags | undefined }): Promise<Applied<ValueMap>>;
  preview(request: Verb<C> & { desired: ValueMap; previous: StoredBags | undefined }): Promise<ValueMap>;
  read(request: Verb<C> & { id: string; previous: StoredBags | undefined }): Promise<StoredBags | undefined>;
  delete(request: Verb<C> & StoredBags): Promise<void>;
}

export interface ProviderFunction<C> extends Declared {
  invoke(request: Verb<C> & { inputs: ValueMap }): Promise<ValueMap>;
}

export interface Module<C> {
  /** What its package does, for the SDKs that name packages: `purges at …`. */
  readonly about?: string;
  readonly resources: readonly Resource<C>[];
  readonly functions: readonly ProviderFunction<C>[];
}

/** Half an hour: the longest a purge is documented to take, and the engine's own custom. */
const defaultTimeout = 1800;

export function defineResource<C, I extends Shape, O extends Shape>(
  definition: ResourceDefinition<C, I, O>,
): Resource<C> {
  const { token, inputs, outputs } = definition;
  const objects = lazily(() => ({ inputs: z.object(inputs), outputs: z.object(outputs) }));
  const parseInputs = (bag: ValueMap): Of<I> => parseShape(objects().inputs, bag, `the inputs of ${token}`);
  const current = (stored: Omit<StoredBags, "id">): ValueMap => {
    const upgraded = definition.upgrade?.(stored);
    return upgraded === undefined ? stored.outputs : withInputs(stored.outputs, toBag(upgraded));
  };
  const parseStored = (stored: StoredBags): Stored<Of<I>, Of<O>> => ({
    id: stored.id,
    inputs: parseInputs(stored.inputs),
    outputs: parseShape(objects().outputs, current(stored), `the state of ${token}`),
  });
  return {
    ...declared(definition),
    replaceOn: definition.replaceOn ?? [],
    singleton: definition.singleton ?? false,
    placeOf(bag) {
      const parsed = definition.placeOf === undefined ? undefined : objects().inputs.safeParse(bag);
      return parsed?.success === true ? definition.placeOf?.(parsed.data) : undefined;
    },
    keepsOnly: (stored) => definition.keepsOnly?.(parseStored(stored)),
    timeout: definition.timeout ?? defaultTimeout,
    unfinished(stored, desired) {
      if (definition.unfinished === undefined) return [];
      const parsed = objects().outputs.safeParse(current({ inputs: valueMap(), outputs: stored }));
      // State that cannot be read is a matter for the verb that has to read it.
      return parsed.success ? definition.unfinished(parsed.data, previewed(inputs, desired)) : [];
    },
    async apply({ desired, previous, ...verb }) {
      const before = previous && parseStored(previous);
      const applied = await definition.apply({ desired: parseInputs(desired), previous: before, ...verb });
      const { bag, problem } = storable(applied.outputs);
      const problems = [...(applied.problems ?? []), ...(problem === undefined ? [] : [problem])];
      return { id: applied.id, outputs: withInputs(desired, bag), problems };
    },
    async preview({ desired, previous, ...verb }) {
      const before = previous && parseStored(previous);
      const certain = await definition.preview?.({ desired: previewed(inputs, desired), previous: before, ...verb });
      return withInputs(desired, toBag(certain ?? {}));
    },
    async read({ id, previous, ...verb }) {
      if (definition.read === undefined) return previous;
      const found = await definition.read({ id, previous: previous && parseStored(previous), ...verb });
      if (found === undefined) return undefined;
      const read = toBag(found.inputs);
      return { id: found.id, inputs: read, outputs: withInputs(read, toBag(found.outputs)) };
    },
    async delete({ operation, context, ...stored }) {
      await definition.delete?.({ ...parseStored(stored), operation, context });
    },
  };
}

export function defineFunction<C, I extends Shape, O extends Shape>(
  definition: FunctionDefinition<C, I, O>,
): ProviderFunction<C> {
  const { token, inputs } = definition;
  const object = lazily(() => z.object(inputs));
  return {
    ...declared(definition),
    async invoke({ inputs: bag, ...verb }) {
      const parsed = parseShape(object(), bag, `the arguments of ${token}`);
      return toBag(await definition.invoke({ inputs: parsed, ...verb }));
    },
  };
}

function declared<I extends Shape>(
  definition: Pick<Declared, "token" | "description" | "outputs"> & { readonly inputs: I; readonly check?: Rules<I> },
): Declared {
  const { token, description, inputs, outputs, check } = definition;
  const secrets = declaredSecrets({ ...inputs, ...outputs });
  const anyText = lazily(() => placesOfAnyText(inputs));
  return {
    token,
    description,
    inputs,
    outputs,
    secrets,
    open: lazily(() => openPlaces(outputs)),
    derived: derivedSecrets(outputs),
    words: lazily(() => wordsOf({ ...inputs, ...outputs })),
    check: (bag, plain = false) => checkShape(inputs, bag, { rules: check, anyText: plain ? anyText() : undefined }),
  };
}

/** What has been applied is there, and is never lost over outputs that cannot be stored. */
function storable(outputs: object): { readonly bag: ValueMap; readonly problem?: string } {
  try {
    const bag = toBag(outputs);
    const [unknown] = unknownPaths(bag);
    return unknown === undefined ? { bag } : { bag: valueMap(), problem: `${unknown.join(".")} came out unknown` };
  } catch (error) {
    return { bag: valueMap(), problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Every input is an output too, so that programs can read back what they declared. */
function withInputs(inputs: ValueMap, outputs: ValueMap): ValueMap {
  return valueMap([...Object.entries(inputs), ...Object.entries(outputs)]);
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
