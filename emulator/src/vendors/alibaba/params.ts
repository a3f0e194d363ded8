/**
 * Alibaba's parameters: flat text, from the query and the form. Each getter checks the form that the vendor
 * documents and answers with the vendor's own error.
 */
import type { JsonObject } from "../../ports/json.ts";
import { missingParameter, wrongParameter } from "./errors.ts";

export class Params {
  readonly #values: ReadonlyMap<string, string>;

  constructor(input: JsonObject | undefined) {
    const texts = Object.entries(input ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === "string");
    this.#values = new Map(texts);
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  required(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined || value === "") throw missingParameter(name);
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === "") return undefined;
    if (!/^-?\d+$/.test(value)) throw wrongParameter(name);
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw wrongParameter(name);
    return number;
  }

  integerBetween(name: string, least: number, most: number, absent: number): number {
    const value = this.integer(name) ?? absent;
    if (value < least || value > most) throw wrongParameter(name);
    return value;
  }

  /** 64-bit ids stay text: a JavaScript number would corrupt them. */
  requiredId(name: string): string {
    const value = this.required(name);
    if (!/^-?\d{1,19}$/.test(value)) throw wrongParameter(name);
    return value;
  }

  /** The vendor's Python SDK writes `True` and `False`. */
  boolean(name: string, absent: boolean): boolean {
    const value = this.#values.get(name);
    if (value === undefined || value === "") return absent;
    const lower = value.toLowerCase();
    if (lower !== "true" && lower !== "false") throw wrongParameter(name);
    return lower === "true";
  }
}
