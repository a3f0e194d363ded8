/** JSON values, for everything that crosses a wire or goes into a snapshot. */
import * as z from "zod";

export type Json =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Any JSON object: what a cloud was sent, answered or knows. */
export const jsonObjectSchema = z
  .custom<JsonObject>((value) => typeof value === "object" && value !== null)
  .meta({ type: "object" });

/** As JSON.stringify, with 64-bit integers (ids) as the digits that vendors write; a number would round them. */
export function writeJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? `${mark}${each}` : each));
  return text.replaceAll(marked, "$1");
}

/** No text of the emulator's holds this. */
const mark = "\u0001int64:";
const marked = /"\\u0001int64:(-?\d+)"/g;
