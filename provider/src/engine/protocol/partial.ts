/**
 * Partial state: the object exists, but it is not what the program asked for. It travels in the headers of the
 * error, of which the engine takes 16 MiB.
 */
import { errorResourceInitFailed } from "../wire/messages.ts";
import { StatusError } from "../wire/status.ts";
import { maxStatusBytes } from "../wire/unary.ts";
import { valueMap, type ValueMap } from "../wire/values.ts";

/** Headers are base64, and what the user reads travels in them too, twice. */
const mostBytes = Math.floor(((maxStatusBytes - 512 * 1024) * 3) / 4);

export interface PartialState {
  readonly id: string;
  readonly properties: ValueMap;
  readonly reasons: string[];
}

/** `isInput`: outputs that say what the engine keeps among the inputs anyway. Where all is too much they stay behind. */
export function initFailed(state: PartialState, isInput: (property: string) => boolean): StatusError {
  const message = state.reasons.join("\n");
  const bytes = errorResourceInitFailed.encode(state);
  if (bytes.length <= mostBytes) return partialFailure(message, bytes);
  const fewer = errorResourceInitFailed.encode({
    ...state,
    properties: reduced(state.properties, bytes.length, isInput),
  });
  if (fewer.length <= mostBytes) return partialFailure(message, fewer);
  const megabytes = (size: number): string => `${(size / 1e6).toFixed(1)} MB`;
  return new StatusError(
    "FAILED_PRECONDITION",
    `${message}\nIts state could not be saved: ${megabytes(fewer.length)}, and an error carries ${megabytes(mostBytes)} at most. ` +
      "The next run does all of it again. Make several smaller resources of it.",
  );
}

function partialFailure(message: string, bytes: Uint8Array): StatusError {
  return new StatusError("FAILED_PRECONDITION", message, { type: "ErrorResourceInitFailed", bytes });
}

/** Without the largest of the inputs, until the rest is small enough. */
function reduced(properties: ValueMap, size: number, isInput: (property: string) => boolean): ValueMap {
  const sizes = Object.entries(properties)
    .filter(([key]) => isInput(key))
    .map(([key, value]) => [key, sizeOf(key, value)] as const)
    .toSorted(([, a], [, b]) => b - a);
  const left = new Set<string>();
  let rest = size;
  for (const [key, bytes] of sizes) {
    if (rest <= mostBytes) break;
    left.add(key);
    rest -= bytes;
  }
  return valueMap(Object.entries(properties).filter(([key]) => !left.has(key)));
}

function sizeOf(key: string, value: ValueMap[string]): number {
  return errorResourceInitFailed.encode({ properties: valueMap([[key, value]]) }).length;
}
