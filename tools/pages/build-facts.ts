/** docs/pages/facts: pages, SDK models and notes put together. What a page says comes first, then the SDK, then the notes. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Fault, type OperationFacts, type Parameter, type ServiceFacts, serviceSchema } from "./facts.ts";
import { type OperationNotes, type ServiceNotes, readNotes } from "./notes.ts";
import { type PageText, readPage } from "./page-text.ts";
import { type SdkModels, sdkModels } from "./sdk-models.ts";

/** `folder`: docs/pages. */
export async function buildFacts(folder: string): Promise<ServiceFacts[]> {
  const notes = await readNotes(path.join(folder, "notes"));
  return Promise.all(notes.map((service) => buildService(folder, service)));
}

export async function readFacts(folder: string, services: readonly string[]): Promise<ServiceFacts[]> {
  return Promise.all(
    services.map(async (name) =>
      serviceSchema.parse(JSON.parse(await readFile(path.join(folder, "facts", `${name}.json`), "utf8"))),
    ),
  );
}

async function buildService(folder: string, notes: ServiceNotes): Promise<ServiceFacts> {
  const models = notes.sdk === undefined ? undefined : sdkModels(notes.sdk);
  const operations = await Promise.all(
    Object.entries(notes.operations).map(async ([name, own]) => {
      const file = own.text === undefined ? undefined : path.join(folder, "texts", `${own.text}.txt`);
      const page = file === undefined ? undefined : readPage(await readFile(file, "utf8"));
      return buildOperation(name, own, notes, page, models);
    }),
  );
  const { service, cloud, version } = notes;
  return serviceSchema.parse({ service, cloud, version, operations });
}

function buildOperation(
  operation: string,
  own: OperationNotes,
  service: ServiceNotes,
  page: PageText | undefined,
  models: SdkModels | undefined,
): OperationFacts {
  const model = models?.operation(operation);
  if ((model === undefined) !== (own.since !== undefined)) {
    throw new Error(`${operation}: \`since\` is for operations that the SDK does not have, and for those only`);
  }
  const permission = page?.permission ?? own.permission;
  if (permission === undefined) throw new Error(`${operation}: no permission is noted`);
  const listed = own.errorList.flatMap((name) => {
    const rows = service.errorLists[name];
    if (rows === undefined) throw new Error(`${operation}: there is no error list ${name}`);
    return rows;
  });
  const noted = [...listed, ...own.errors].map(([status, code, text]): Fault => ({ status, code, text }));
  return {
    operation,
    method: own.method,
    sources: [
      {
        what: "page",
        where: service.page.replace("{operation}", operation.toLowerCase()),
        ...(page?.updated === undefined ? {} : { updated: page.updated }),
        readOn: service.readOn,
      },
      ...(own.since === undefined && models !== undefined ? [{ what: "sdk" as const, where: models.name }] : []),
      ...(own.since === undefined ? [] : [{ what: "other" as const, where: own.since }]),
    ],
    permission,
    request: merge([page?.request, model?.request, written(own.moreRequest)], own),
    response: merge([page?.response, model?.response, written(own.moreResponse)], undefined),
    limits: [...(page?.limits ?? []), ...own.limits],
    errors: unique([...(page?.errors ?? []), ...noted]),
    ...(own.tagHeader === undefined ? {} : { tagHeader: own.tagHeader }),
  };
}

/** By name; of two sources the first one that knows a parameter wins, and notes add values and what is required. */
function merge(sources: readonly (readonly Parameter[] | undefined)[], notes: OperationNotes | undefined): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const parameter of sources.flatMap((source) => source ?? [])) {
    if (!found.has(parameter.name)) found.set(parameter.name, parameter);
  }
  return [...found.values()].map((parameter) => {
    const required = notes?.required.includes(parameter.name) ? { required: true } : {};
    const values = notes?.values[parameter.name];
    return { ...parameter, ...required, ...(values === undefined ? {} : { values }) };
  });
}

function written(of: Readonly<Record<string, string>>): Parameter[] {
  return Object.entries(of).map(([name, type]) => ({
    name,
    type: plain(type),
    ...(type.endsWith("!") ? { required: true } : {}),
  }));
}

function plain(type: string): Parameter["type"] {
  const found = (["string", "integer", "boolean", "array", "object"] as const).find(
    (known) => type.replace("!", "") === known,
  );
  if (found === undefined) throw new Error(`there is no type ${type}`);
  return found;
}

function unique(faults: readonly Fault[]): Fault[] {
  const found = new Map<string, Fault>();
  for (const fault of faults) if (!found.has(fault.code)) found.set(fault.code, fault);
  return [...found.values()];
}
