/** What to do after a call failed: by the kind of the fault, and by who was in the call. Pure. */
import type { Fault } from "../../core/errors.ts";

export type Decision =
  /** The cloud did nothing: the same again, in its turn. */
  | { readonly do: "again"; readonly because: "throttled" | "trouble" }
  /** The cloud may have acted: look before anything is sent again. */
  | { readonly do: "lookUp" }
  /** One target may hold up all others of its call: find it. */
  | { readonly do: "isolate"; readonly by: "host" | "target" }
  /** It carries more than the cloud takes at once: less from now on. */
  | { readonly do: "split" }
  /** Each trigger of the call by itself: what holds up one need not hold up another. */
  | { readonly do: "alone" }
  | { readonly do: "refuse" };

export function decide(fault: Fault, call: { readonly targets: number; readonly triggers: number }): Decision {
  if (fault.blames === "size") return call.targets > 1 ? { do: "split" } : { do: "refuse" };
  switch (fault.kind) {
    case "throttled":
      return { do: "again", because: "throttled" };
    case "transient":
    case "unsent":
      return fault.lasting ? { do: "refuse" } : { do: "again", because: "trouble" };
    case "ambiguous":
      return { do: "lookUp" };
    case "notFound":
    case "invalid":
    case "unknown":
      if (fault.blames === "call") return { do: "refuse" };
      return call.targets > 1 ? { do: "isolate", by: fault.blames ?? "target" } : { do: "refuse" };
    case "quota":
      return call.triggers > 1 ? { do: "alone" } : { do: "refuse" };
    case "auth":
      return { do: "refuse" };
  }
}
