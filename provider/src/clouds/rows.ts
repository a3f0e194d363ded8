/**
 * A vendor's row, declared once: wire name and meaning of each field. From it
 * come the parser of answers, with camelCase names and nothing null, and the
 * described outputs of functions. Names and types are checked against the
 * vendor's own model.
 *
 *     const quota = row<Quota>()({ Type: required("Type of the targets."), Daily: count("Allowed a day.") });
 *     quota.wire.parse({ Type: "purge_url", Daily: 10 }); // { type: "purge_url", daily: 10 }
 */
import * as z from "zod";
import type { Members, Wire } from "./models.ts";

export interface Column<Vendor, T> {
  /** Reads what the vendor writes. */
  readonly wire: z.ZodType<T>;
  /** What users are told that it is. */
  readonly output: z.ZodType<T>;
  /** For the compiler only: which types of the vendor's models this reads. */
  readonly reads?: (value: Vendor) => void;
}

export interface Row<Model, T> extends Column<Members<Model>, T> {
  /** The row's fields as outputs of a function. */
  readonly outputs: { readonly [K in keyof T]: z.ZodType<T[K]> };
}

export type RowOf<R> = R extends Column<never, infer T> ? T : never;

type Columns<Model, C> = {
  readonly [K in keyof C]: K extends keyof Wire<Model> ? Column<Wire<Model>[K], unknown> : never;
};
type Read<C> = {
  [K in keyof C as NameOf<C, K>]: C[K] extends Column<never, infer T> ? T : never;
};
type NameOf<C, K extends keyof C> = C[K] extends { readonly name: infer Name extends string }
  ? Name
  : Uncapitalize<K & string>;

/** Twice a function, for the model is said and the columns are inferred. */
export function row<Model>(): <C extends Columns<Model, C>>(columns: C) => Row<Model, Read<C>> {
  return (columns) => {
    const fields = Object.entries<Column<never, unknown> & { readonly name?: string }>(columns).map(
      ([key, column]) => ({
        key,
        name: column.name ?? `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
        column,
      }),
    );
    const outputs = Object.fromEntries(fields.map(({ name, column }) => [name, column.output]));
    const wire = z
      .object(Object.fromEntries(fields.map(({ key, column }) => [key, column.wire])))
      .transform((read) => Object.fromEntries(fields.map(({ key, name }) => [name, read[key]])));
    // Keys made at run time have no types of their own; `Columns` and `Read` have checked and said them.
    return { wire, outputs, output: z.object(outputs) } as unknown as Row<Model, Read<typeof columns>>;
  };
}

/** Where users know the field by another name than the vendor's. */
export function named<Name extends string, Vendor, T>(
  name: Name,
  column: Column<Vendor, T>,
): Column<Vendor, T> & { readonly name: Name } {
  return { ...column, name };
}

/** Vendors write ids and counters as numbers or as text, even within one operation. */
const written = z.union([z.string(), z.number()]);

/** Nothing is no number, also where JavaScript takes it for 0. */
const counted = written.transform((value) => (value === "" ? Number.NaN : Number(value))).pipe(z.number());

/** Text without which the row makes no sense. */
export function required(description = ""): Column<string | number, string> {
  return { wire: written.transform(String), output: z.string().meta({ description }) };
}

/** Also a 64-bit number, and so text. */
export function id(description = ""): Column<string | number, string> {
  return required(description);
}

/** Empty where the vendor says nothing. */
export function text(description = ""): Column<string, string> {
  return {
    wire: written.nullish().transform((value) => String(value ?? "")),
    output: z.string().meta({ description }),
  };
}

export function count(description = ""): Column<string | number, number> {
  return { wire: counted, output: z.number().meta({ description }) };
}

export function optionalCount(description = ""): Column<string | number, number | undefined> {
  return {
    wire: z.coerce
      .number()
      .nullish()
      .transform((value) => value ?? undefined),
    output: z.number().optional().meta({ description }),
  };
}

export function flag(description = ""): Column<boolean, boolean> {
  return { wire: z.boolean().nullish().transform(Boolean), output: z.boolean().meta({ description }) };
}

export function optionalFlag(description = ""): Column<boolean, boolean | undefined> {
  return {
    wire: z
      .boolean()
      .nullish()
      .transform((value) => value ?? undefined),
    output: z.boolean().optional().meta({ description }),
  };
}

/** Written as one text with commas: `a,b`. */
export function texts(description = ""): Column<string, string[]> {
  return {
    wire: written.nullish().transform((value) => parts(String(value ?? ""))),
    output: z.array(z.string()).meta({ description }),
  };
}

/** At least one id, with commas where there are several. */
export function ids(description = ""): Column<string | number, string[]> {
  return {
    wire: written.transform((value) => parts(String(value))).refine((found) => found.length > 0, "an id is missing"),
    output: z.array(z.string()).meta({ description }),
  };
}

function parts(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Written as a list. */
export function list(description = ""): Column<readonly string[], string[]> {
  return {
    wire: z
      .array(z.string())
      .nullish()
      .transform((values) => values ?? []),
    output: z.array(z.string()).meta({ description }),
  };
}

export function textMap(description = ""): Column<object, Record<string, string>> {
  return {
    wire: z
      .record(z.string(), z.unknown())
      .nullish()
      .transform((map) => Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, String(value)]))),
    output: z.record(z.string(), z.string()).meta({ description }),
  };
}

export function optional<Vendor, T>(of: Column<Vendor, T>): Column<Vendor, T | undefined> {
  return {
    wire: of.wire.nullish().transform((value) => value ?? undefined),
    output: of.output.optional(),
  };
}

/** A list of rows; none where the vendor writes null. */
export function rows<Vendor, T>(of: Column<Vendor, T>, description = ""): Column<readonly Vendor[], T[]> {
  return {
    wire: z
      .array(of.wire)
      .nullish()
      .transform((list) => list ?? []),
    output: z.array(of.output).meta({ description }),
  };
}
