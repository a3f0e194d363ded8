/** Secrets go back on whatever leaves: on what they were on, and on what a resource made of them. */
import type { Declared } from "../define/resource.ts";
import { stripSecrets, wrap, wrapDerived, wrapMoved, type Stripped } from "../wire/secrets.ts";
import { isList, isMap, items, mapEntries, startsWith, valueAt, type Path, type ValueMap } from "../wire/values.ts";
import { secretProperties, type Call } from "./rpc.ts";

/** What was secret on the way in, or is declared secret, is secret on the way out. */
export function protect(resource: Declared, bag: ValueMap, from: Stripped): ValueMap {
  const isSecret = secretProperties(from);
  const secrets = { texts: from.texts, words: resource.words() };
  const wrapped = wrap(bag, [...stripSecrets(bag, resource.secrets).paths, ...from.paths]);
  return mapEntries(wrapped, (value, key) => (isSecret.has(key) ? wrapMoved(value, secrets) : value));
}

/** An input's twin is as secret as the input is now; what else the state kept secret stays so. */
export function protectOutputs(
  resource: Declared,
  outputs: ValueMap,
  now: Stripped,
  stored: { readonly inputs: Stripped; readonly outputs: Stripped } | undefined,
  call: Call,
): ValueMap {
  const isInput = (key: string | number | undefined): boolean => Object.hasOwn(resource.inputs, key ?? "");
  const isDerived = (path: Path): boolean => resource.derived.some((derived) => startsWith(path, derived.path));
  const kept = stored?.outputs.paths.filter((path) => !isInput(path[0]) && !isDerived(path)) ?? [];
  const covered = protect(resource, outputs, {
    ...now,
    paths: [...now.paths, ...kept, ...derivedPaths(resource, outputs, secretProperties(now))],
  });
  const declared = stripSecrets(outputs, resource.secrets).texts;
  const before = [...(stored?.inputs.texts ?? []), ...(stored?.outputs.texts ?? [])];
  const secrets = { texts: [...declared, ...now.texts, ...call.hidden, ...before], words: resource.words() };
  if (secrets.texts.length === 0) return covered;
  return mapEntries(covered, (value, key) => (isInput(key) ? value : wrapDerived(value, secrets)));
}

/** The outputs that say something of a secret input. An empty list says nothing. */
function derivedPaths({ derived }: Declared, outputs: ValueMap, isSecret: ReadonlySet<string>): Path[] {
  return derived
    .filter(({ inputs }) => inputs.some((input) => isSecret.has(input)))
    .map(({ path }) => path)
    .filter((path) => {
      const value = valueAt(outputs, path) ?? null;
      return !(isList(value) || isMap(value)) || items(value).length > 0;
    });
}
