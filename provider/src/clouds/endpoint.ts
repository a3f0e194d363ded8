/** Where a cloud is: a host, or a whole origin for emulators and proxies. */
import * as z from "zod";

export const endpoint = z
  .string()
  .regex(/^(https?:\/\/)?([a-z0-9._-]+|\[[0-9a-f:]+\])(:\d+)?\/?$/i, "must be a host, or http://host:port")
  .optional();

/** `https://` where nothing else is said. */
export function originOf(text: string): URL {
  return new URL(/^https?:\/\//i.test(text) ? text : `https://${text}`);
}
