/** Two things that change nothing: secret targets, which nobody is told, and other spellings of the endpoint. */
import type { Ran } from "../../triggers/world.ts";

/** What the program lists is masked as its inputs are; what only the state knows must have been said to be secret. */
export function isSilent({ logs, problems, hidden }: Ran, listed: readonly string[], before: readonly string[]): void {
  const masked = [...listed, ...hidden].toSorted((a, b) => b.length - a.length);
  for (const line of [...logs, ...problems]) {
    const shown = masked.reduce((text, secret) => text.replaceAll(secret, "[secret]"), line);
    const told = before.find((target) => target.length > 10 && shown.includes(target));
    if (told !== undefined) throw new Error(`a secret target is told: ${told} in ${line}`);
  }
}

/** Spellings of one endpoint. */
export const spellings: readonly ((endpoint: string) => string)[] = [
  (endpoint) => endpoint,
  (endpoint) => `${endpoint}/`,
  (endpoint) => endpoint.toUpperCase(),
];

export function endpointsIn(config: object, spelled: (endpoint: string) => string): object {
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => {
    return [key, key.endsWith("Endpoint") ? spelled(String(value)) : value];
  });
  return Object.fromEntries(entries);
}
