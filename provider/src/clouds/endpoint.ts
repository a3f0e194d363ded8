/** Where a cloud is: a host, or a whole origin for emulators and proxies. */
import * as z from "zod";

export const endpoint = z
  .string()
  .regex(/^(https?:\/\/)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:\d+)?\/?$/, "must be a host, or http://host:port")
  .optional();

/** `https://` where nothing else is said. */
export function originOf(text: string): URL {
  return new URL(/^https?:\/\//.test(text) ? text : `https://${text}`);
}
