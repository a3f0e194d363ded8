/** What a schema reads, as data that does not change. */
import type * as z from "zod";

type Immutable<Value> = Value extends readonly (infer Each)[]
  ? readonly Immutable<Each>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Immutable<Value[Name]> }
    : Value;

export type Sent<Schema extends z.ZodType> = Immutable<z.output<Schema>>;
