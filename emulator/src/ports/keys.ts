/**
 * Access keys and what they may do. A key belongs to one account of one tenant.
 */
import * as z from "zod";

export const keySchema = z.strictObject({
  accessKeyId: z.string().min(1),
  accessKeySecret: z.string().min(1),
  account: z.string().min(1),
  /** The name of a vendor: `alibaba`, `tencent`. */
  cloud: z.string().min(1),
  /** Present for temporary keys: the token that must come with each request. */
  securityToken: z.string().optional(),
  /** When a temporary key ends; ISO time. */
  expires: z.string().optional(),
  status: z.enum(["active", "inactive"]).default("active"),
  /** Allowed actions such as `esa:PurgeCaches`, `cdn:*`, `*`. Absent: everything. */
  allow: z.array(z.string()).optional(),
});

export type KeySeed = z.input<typeof keySchema>;
export type AccessKey = z.output<typeof keySchema>;

export function isAllowed(key: AccessKey, service: string, action: string): boolean {
  if (!key.allow) return true;
  return key.allow.some((rule) => rule === "*" || rule === `${service}:*` || rule === `${service}:${action}`);
}
