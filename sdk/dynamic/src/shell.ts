/**
 * The plugin's resources and functions over plain JavaScript instead of gRPC: the same handlers of the same RPCs,
 * which do not know who calls them.
 */
import type { dynamic } from "@pulumi/pulumi";
import * as z from "zod";
import { explanation } from "../../../provider/src/engine/protocol/errors.ts";
import { machine } from "../../../provider/src/engine/process/machine.ts";
import { functions } from "../../../provider/src/engine/protocol/invoke.ts";
import { lifecycle } from "../../../provider/src/engine/protocol/lifecycle.ts";
import type { Engine } from "../../../provider/src/engine/protocol/host.ts";
import { lineOf } from "../../../provider/src/engine/protocol/log.ts";
import { begin } from "../../../provider/src/engine/protocol/observe.ts";
import { diffResponseDiffChanges, errorResourceInitFailed } from "../../../provider/src/engine/wire/messages.ts";
import { observers } from "../../../provider/src/engine/process/observers.ts";
import { fromPlainMap, toPlainMap, type PlainMap } from "../../../provider/src/engine/wire/plain.ts";
import { Session } from "../../../provider/src/engine/protocol/session.ts";
import { newCall, tell, type Call } from "../../../provider/src/engine/protocol/rpc.ts";
import { stripSecrets } from "../../../provider/src/engine/wire/secrets.ts";
import { state } from "../../../provider/src/engine/protocol/state.ts";
import { StatusError } from "../../../provider/src/engine/wire/status.ts";
import { Secret, unknownPaths, valueMap, type ValueMap } from "../../../provider/src/engine/wire/values.ts";
import { edgecache } from "../../../provider/src/provider.ts";
import { metaKey, providerKey, type Meta } from "./meta.ts";

export interface Surroundings {
  /** A setting of the namespace `edgecache`. */
  readonly setting: (key: string) => string | undefined;
  /** Words for people, one line at a time. */
  readonly say: (line: string) => void;
}

export interface Shell extends Required<Omit<dynamic.ResourceProvider<PlainMap, PlainMap>, "configure">> {
  /** A function by its token. The caller keeps secret what is secret. */
  invoke(token: string, args: PlainMap): Promise<PlainMap>;
}

export async function open({ setting, say }: Surroundings): Promise<Shell> {
  const watching = await observers(edgecache, machine, false);
  const session = new Session(edgecache, { ...machine, connectEngine }, watching, "here");
  const keys = Object.keys((await edgecache.config()).properties);
  const settings = keys.flatMap((key) => {
    const value = setting(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  await run("Configure", "", (call) => lifecycle.Configure.handle(session, { args: valueMap(settings) }, call));

  return {
    async check(_olds, news) {
      const { about, bag, meta } = take(news);
      const request = { ...about, news: bag };
      const { inputs, failures } = await run("Check", about.urn, (call) => state.Check.handle(session, request, call));
      return { inputs: give(inputs, meta), failures: failures?.map(named) ?? [] };
    },
    async diff(_id, olds, news) {
      const { about, bag } = take(news);
      const request = { ...about, olds: take(olds).bag, news: bag, oldInputs: undefined, ignoreChanges: [] };
      const {
        changes,
        replaces,
        deleteBeforeReplace = false,
      } = await run("Diff", about.urn, (call) => state.Diff.handle(session, request, call));
      return {
        changes: changes === diffResponseDiffChanges.DIFF_SOME,
        replaces: [...(replaces ?? [])],
        deleteBeforeReplace,
      };
    },
    async create(inputs) {
      const props = take(inputs);
      const { about, bag, meta } = props;
      const request = { ...about, properties: bag, timeout: meta.timeouts.create ?? 0, preview: false };
      const { id = "", properties } = await run(
        "Create",
        about.urn,
        (call) => state.Create.handle(session, request, call),
        props,
      );
      return { id, outs: give(properties, meta) };
    },
    async update(id, olds, news) {
      const props = take(news);
      const { about, bag, meta } = props;
      const before = { olds: take(olds).bag, oldInputs: undefined };
      const request = { ...about, ...before, id, news: bag, timeout: meta.timeouts.update ?? 0, preview: false };
      const { properties } = await run(
        "Update",
        about.urn,
        (call) => state.Update.handle(session, request, call),
        props,
      );
      return { outs: give(properties, meta) };
    },
    async read(id, props = {}) {
      const { about, bag, meta } = take(props);
      const request = { ...about, id, properties: bag, inputs: undefined, timeout: 0 };
      const found = await run("Read", about.urn, (call) => state.Read.handle(session, request, call));
      // No id tells the engine that the object is gone; Pulumi's host wants it as a text.
      if (found.id === undefined) return { id: "" };
      return { id: found.id, props: give(found.properties, meta), inputs: give(found.inputs, meta) };
    },
    async delete(id, props) {
      const { about, bag, meta } = take(props);
      const timeout = meta.timeouts.delete ?? 0;
      const request = { ...about, id, properties: bag, oldInputs: undefined, timeout };
      await run("Delete", about.urn, (call) => state.Delete.handle(session, request, call));
    },
    async invoke(token, args) {
      const request = { tok: token, args: fromPlainMap(args), preview: false };
      // As Pulumi's own `invoke` answers in a preview.
      if (unknownPaths(request.args).length > 0) return {};
      const { return: returned, failures } = await run("Invoke", token, (call) =>
        functions.Invoke.handle(session, request, call),
      );
      if (failures === undefined || failures.length === 0) return toPlainMap(stripSecrets(returned ?? {}).bare);
      const reasons = failures.map(named).map(({ property, reason }) => (property ? `${property}: ${reason}` : reason));
      throw new Error(`${token}: ${reasons.join("; ")}`);
    },
  };

  async function run<T>(method: string, about: string, body: (call: Call) => Promise<T>, of?: Props): Promise<T> {
    const watched = begin(watching, { method, about, parent: undefined });
    const call = newCall(new AbortController(), session.secrets, (name) => watched.part(name));
    try {
      const result = await body(call);
      watched.end({ status: "OK", message: "" });
      return result;
    } catch (error) {
      const { status, message } = await explanation(error, session.definition.explain);
      const failed = new Error(tell(message, call));
      // Pulumi's host prints the stack of what is thrown to it, as if every failure were a bug.
      failed.stack = "";
      watched.end({ status, message: failed.message });
      throw of === undefined ? failed : Object.assign(failed, partial(error, of));
    }
  }

  function connectEngine(): Engine {
    return {
      async write(entry) {
        // Pulumi's host has no status line: what it shows are lines. Progress comes sparingly enough for that.
        if (entry.severity !== "debug") say(lineOf(entry));
      },
      // Only the host of dynamic resources speaks with the engine, and it passes on failures of its own kinds only.
      requireVersion: () => Promise.reject(new Error("not known here")),
    };
  }
}

/** The resource is there and is saved as it is, though not what the program asked for: in the words of Pulumi's host. */
function partial(error: unknown, { meta, provider }: Props): object {
  const detail = error instanceof StatusError ? error.detail : undefined;
  if (detail?.type !== "ErrorResourceInitFailed") return {};
  const { id, properties, reasons } = errorResourceInitFailed.decode(detail.bytes);
  return { id, reasons, properties: { ...give(properties, meta), [providerKey]: provider } };
}

interface Props {
  readonly about: { readonly urn: string; readonly type: string };
  readonly bag: ValueMap;
  readonly meta: Meta;
  readonly provider: string;
}

const hidden = z.object({
  [providerKey]: z.string(),
  [metaKey]: z.object({
    type: z.string(),
    name: z.string(),
    secrets: z.array(z.string()),
    timeouts: z.partialRecord(z.enum(["create", "update", "delete"]), z.number()),
  }),
});

/** Of what Pulumi's host passes: the program's properties, as secret as they are in the program, and what is hidden. */
function take(props: PlainMap): Props {
  const { [providerKey]: provider, [metaKey]: meta } = hidden.parse(props);
  const own = Object.entries(fromPlainMap(props)).filter(([key]) => key !== providerKey && key !== metaKey);
  const bag = valueMap(own.map(([key, value]) => [key, meta.secrets.includes(key) ? new Secret(value) : value]));
  // No URN arrives. It only tells people which resource a message is about.
  return { about: { urn: `${meta.type} ${meta.name}`, type: meta.type }, bag, meta, provider };
}

/** `__provider` is put back by Pulumi's host. */
function give(bag: ValueMap | undefined, { type, name, secrets, timeouts }: Meta): PlainMap {
  return { ...toPlainMap(bag ?? {}), [metaKey]: { type, name, secrets, timeouts } };
}

function named({ property = "", reason = "" }: { readonly property?: string; readonly reason?: string } = {}) {
  return { property, reason };
}
