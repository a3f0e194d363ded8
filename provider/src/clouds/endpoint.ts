/** Where a cloud is: a host, or a whole origin for emulators and proxies. */
import * as z from "zod";

export const endpoint = z
  .string()
  .regex(/^(https?:\/\/)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:\d+)?\/?$/, "must be a host, or http://host:port")
  .optional();

export interface Endpoint {
  readonly protocol: "http" | "https";
  /** With the port, if there is one. */
  readonly host: string;
}

export function parseEndpoint(text: string): Endpoint {
  const match = /^(?:(https?):\/\/)?(.+?)\/?$/.exec(text);
  return { protocol: match?.[1] === "http" ? "http" : "https", host: match?.[2] ?? text };
}
