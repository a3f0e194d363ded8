/** Where a cloud is: a host, or a whole origin for emulators and proxies. */
import * as z from "zod";

const form = "must be a host, or http://host:port";

export const endpoint = z
  .string()
  .regex(/^(https?:\/\/)?([a-z0-9._-]+|\[[0-9a-f:]+\])(:\d+)?\/?$/i, form)
  .refine((text) => URL.canParse(withScheme(text)), form)
  .optional();

/** `https://` where nothing else is said. */
export function originOf(text: string): URL {
  return new URL(withScheme(text));
}

function withScheme(text: string): string {
  return /^https?:\/\//i.test(text) ? text : `https://${text}`;
}
