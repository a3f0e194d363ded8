/**
 * Access keys and what they may do. A key belongs to one account of one tenant.
 */
import * as z from "zod";
import { permits, policySchema } from "./policies.ts";

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
  /** A RAM or CAM policy document, which also names resources. Absent: everything. */
  policy: policySchema.optional(),
});

export type KeySeed = z.input<typeof keySchema>;
export type AccessKey = z.output<typeof keySchema>;

/** `resources`: what the call is about, in the vendor's names; `*` where the action knows none. */
export function isAllowed(key: AccessKey, action: string, resources: readonly string[]): boolean {
  const [service = ""] = action.split(":");
  const listed = key.allow?.some((rule) => rule === "*" || rule === `${service}:*` || rule === action) ?? true;
  return listed && (key.policy === undefined || permits(key.policy, action, resources));
}
