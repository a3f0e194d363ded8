/** The facts of the vendors' pages, as the tests read them. */
import { readFacts } from "../../tools/pages/build-facts.ts";
import { readNotes } from "../../tools/pages/notes.ts";
import type { Limit, OperationFacts, ServiceFacts } from "../../tools/pages/facts.ts";

const folder = "docs/pages";
export const facts = await readFacts(folder, ["esa", "cdn", "dcdn", "teo", "openplatform"]);
export const notes = await readNotes(`${folder}/notes`);

export function serviceOf(name: string): ServiceFacts {
  const service = facts.find(({ service }) => service === name);
  if (service === undefined) throw new Error(`no facts of ${name}`);
  return service;
}

export function operationOf(service: string, name: string): OperationFacts {
  const operation = serviceOf(service).operations.find(({ operation }) => operation === name);
  if (operation === undefined) throw new Error(`no facts of ${name}`);
  return operation;
}

/** The number that holds: of an older and a newer page, the newer's. */
export function limitOf(operation: OperationFacts, what: Limit["what"], type?: string): number | undefined {
  const found = operation.limits.filter((limit) => limit.what === what && limit.type === type);
  return (found.find(({ newer }) => newer === true) ?? found[0])?.value;
}
