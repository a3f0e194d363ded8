/**
 * Documented errors, as data: the `error` fault injects any of them by its code, with its own status and text. Each
 * text stands once: what the code throws by name is taken from the same table.
 */
import { ApiError } from "./api-error.ts";
import { type TextDefinition, errorTextName } from "./settings.ts";

export type Catalog = ReadonlyMap<string, ApiError>;

/** Rows of HTTP status, code and message. */
export function catalog(rows: readonly (readonly [status: number, code: string, message: string])[]): Catalog {
  return new Map(rows.map(([status, code, message]) => [code, new ApiError(status, code, message)]));
}

/** Messages by code, all with one HTTP status; `error` finds one of them. */
export function errorTable<Code extends string>(
  status: number,
  messages: Readonly<Record<Code, string>>,
): { readonly catalog: Catalog; readonly error: (code: Code) => ApiError } {
  const error = (code: Code): ApiError => new ApiError(status, code, messages[code]);
  const rows = Object.entries<string>(messages).map(([code, message]) => [status, code, message] as const);
  return { catalog: catalog(rows), error };
}

export function listed(errors: readonly ApiError[]): Catalog {
  return new Map(errors.map((error) => [error.code, error]));
}

/** The messages of these codes as texts that can be set: no document states them. `scope`: a service or a vendor. */
export function undocumented(scope: string, known: Catalog, codes: readonly string[]): TextDefinition[] {
  return codes.map((code) => {
    const error = known.get(code);
    if (!error) throw new Error(`"${code}" is in no list of errors`);
    return { name: errorTextName(scope, code), value: error.message, about: `The message of ${error.status} ${code}` };
  });
}

export function merged(...catalogs: readonly Catalog[]): Catalog {
  return new Map(catalogs.flatMap((one) => [...one]));
}
