/** Policy documents of keys, in the forms of both vendors: what may be done, to which resources. */
import * as z from "zod";
import { globTest } from "./pattern.ts";

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const ram = z
  .object({
    Version: z.literal("1"),
    Statement: z.array(z.object({ Effect: z.enum(["Allow", "Deny"]), Action: texts, Resource: texts })),
  })
  .transform(({ Statement }) =>
    Statement.map(({ Effect, Action, Resource }) => ({
      allow: Effect === "Allow",
      actions: Action,
      resources: Resource,
    })),
  );

const cam = z
  .object({
    version: z.literal("2.0"),
    statement: z.array(z.object({ effect: z.enum(["allow", "deny"]), action: texts, resource: texts })),
  })
  .transform(({ statement }) =>
    statement.map(({ effect, action, resource }) => ({
      allow: effect === "allow",
      // `name/teo:DescribeZones` is the older spelling.
      actions: action.map((name) => name.replace(/^name\//, "")),
      // No account is the account that the policy is in.
      resources: resource.map((name) => name.replace("uin/:", "uin/*:")),
    })),
  );

const statementSchema = z.strictObject({
  allow: z.boolean(),
  actions: z.array(z.string()),
  resources: z.array(z.string()),
});

/** A document as the vendors' consoles take it, as an object or as its JSON text; and what is made of it. */
export const policySchema = z.union([
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue("is no JSON");
        return z.NEVER;
      }
    })
    .pipe(z.union([ram, cam])),
  ram,
  cam,
  // Parsed already: seeds of tenants are made from a seed.
  z.array(statementSchema),
]);
export type Policy = z.output<typeof policySchema>;

/** Each resource must be allowed, and none denied. */
export function permits(policy: Policy, action: string, resources: readonly string[]): boolean {
  const applies = (resource: string) => (statement: Policy[number]) =>
    statement.actions.some((pattern) => globTest(pattern)(action)) &&
    statement.resources.some((pattern) => globTest(pattern)(resource));
  return resources.every((resource) => {
    const found = policy.filter(applies(resource));
    return found.length > 0 && found.every(({ allow }) => allow);
  });
}
