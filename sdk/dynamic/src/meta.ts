/**
 * What a dynamic resource carries beside the program's own properties. Pulumi hides keys that begin with two
 * underscores from people and hands them back with every call.
 */

/** Pulumi's own: the text of a CommonJS module, kept in state, whose `handler` gives the provider. */
export const providerKey = "__provider";
/** One text for all resources of a program: so all of them share one provider, its limits and its calls. */
export const providerText = `exports.handler = () => require("pulumi-edgecache-dynamic/provider").provider();\n`;

/** Ours: what the engine knows and Pulumi's host for dynamic providers does not pass on. */
export const metaKey = "__edgecache";
export interface Meta {
  /** The same as of the plugin's resource. */
  readonly type: string;
  readonly name: string;
  /** Properties that the program says are secret: they arrive bare. */
  readonly secrets: readonly string[];
  /** `customTimeouts`, in seconds. */
  readonly timeouts: Readonly<Partial<Record<"create" | "update" | "delete", number>>>;
}
