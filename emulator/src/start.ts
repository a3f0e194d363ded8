/** Puts an emulator together and starts its listeners. */
import http from "node:http";
import { DrivenClock } from "./clock/clock.ts";
import { createControl } from "./control/app.ts";
import { ControlClient } from "./control/client.ts";
import { type ProviderConfiguration, configurationOf } from "./control/configuration.ts";
import { CONTROL_PREFIX, type Urls } from "./control/protocol.ts";
import { createEdgeServer } from "./edge/server.ts";
import { settings as edgeSettings } from "./edge/settings.ts";
import { createDoors } from "./front/doors.ts";
import { createFront } from "./front/front.ts";
import { createCloudServer } from "./front/listener.ts";
import { settings as frontSettings } from "./front/settings.ts";
import { originFetch } from "./origin/client.ts";
import { createOriginServer } from "./origin/server.ts";
import type { Vendor } from "./ports/vendor.ts";
import { TenantRegistry } from "./tenant/registry.ts";
import { type SeedInput, readSeed } from "./tenant/seed.ts";
import { knownSettings } from "./tenant/settings.ts";
import { Tenant } from "./tenant/tenant.ts";
import { Storage, createStorageServer, type StorageServer } from "./vendors/alibaba/oss/storage.ts";
import * as builtIn from "./vendors/index.ts";
import { settings as commonSettings } from "./vendors/settings.ts";
import { version } from "./version.ts";

export interface EmulatorOptions {
  /** Port of the cloud APIs; 0 or absent: any free one. Edge and origin take free ports unless given. */
  readonly port?: number;
  readonly edgePort?: number;
  readonly originPort?: number;
  /** Where to listen; 127.0.0.1 unless given. */
  readonly host?: string;
  /** Names and addresses besides the loopback's by which control API, page and clouds may be reached. */
  readonly allowHosts?: readonly string[];
  /** `host` or `host:port` of foreign servers from which UploadFile may read; none unless given. */
  readonly allowFetch?: readonly string[];
  /** "real", or a time (ISO text, Date or milliseconds) at which the clock stands until it is moved. */
  readonly clock?: "real" | string | Date | number;
  /** The machine's time, for tests that own all clocks; else that of the process. */
  readonly machine?: () => number;
  /** State to start from; see README. What it leaves out has the default. */
  readonly seed?: SeedInput;
  readonly switches?: Record<string, string>;
  readonly limits?: Record<string, number>;
  readonly texts?: Record<string, string>;
  /** Same seed, same ids. Absent: different on each start. */
  readonly randomSeed?: number;
  /** How many requests the log keeps per tenant. */
  readonly logSize?: number;
  /** Further vendors beside the built-in ones. */
  readonly vendors?: readonly Vendor[];
}

export interface Emulator extends AsyncDisposable {
  /** All cloud APIs. */
  readonly endpoint: string;
  readonly edge: {
    readonly url: string;
    /** Each node by an address of its own, as a visitor there would find it. */
    readonly nodes: readonly { readonly name: string; readonly address: string }[];
  };
  readonly origin: ControlClient["origin"] & { readonly url: string };
  readonly control: ControlClient;
  /** The provider configuration to paste. */
  readonly configuration: ProviderConfiguration;
  close(): Promise<void>;
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const host = options.host ?? "127.0.0.1";
  const vendors = [...Object.values(builtIn), ...(options.vendors ?? [])];
  const known = knownSettings([
    commonSettings,
    frontSettings,
    edgeSettings,
    ...vendors.flatMap(({ settings, services }) => [settings, ...services.map((service) => service.settings)]),
  ]);
  const given = options.seed ?? {};
  const seed = readSeed(
    {
      ...given,
      switches: { ...given.switches, ...options.switches },
      limits: { ...given.limits, ...options.limits },
      texts: { ...given.texts, ...options.texts },
    },
    vendors,
  );
  const machineNow = options.machine ?? (() => Date.now());
  const randomSeed = options.randomSeed ?? Math.floor(Math.random() * 2 ** 32);
  const startClock = readClock(options.clock ?? "real");
  // An agent without a bound would open a socket for each page of a prefetch at once.
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  // tenants and listeners need each other's addresses: they are known once all listen
  let urls: Urls = { endpoint: "", edge: "", origin: "", control: "" };
  const storage = new Storage({
    downloadUrl: (key) => `${urls.control}/oss/${key}`,
    fetch,
    mayFetch: ({ host: address, hostname }) =>
      [new URL(urls.origin).host, ...(options.allowFetch ?? [])].some((one) => one === address || one === hostname),
  });
  const registry = new TenantRegistry(
    seed,
    (name, tenantSeed, clock) =>
      new Tenant({
        name,
        seed: tenantSeed,
        clock: new DrivenClock(clock === "inherit" ? startClock : clock, machineNow),
        randomSeed: mix(randomSeed, name),
        logSize: options.logSize ?? 10_000,
        vendors,
        known,
        fetchOrigin: (timeoutMs) => originFetch(() => urls.origin, name, agent, timeoutMs),
        storage,
      }),
  );
  const control = createControl({ registry, vendors, storage, urls: () => urls, version });
  const doors = createDoors([...(isWildcard(host) ? [] : [host]), ...(options.allowHosts ?? [])]);
  const front = createFront(registry, vendors, doors, machineNow);

  const servers = {
    cloud: createCloudServer(front, { prefix: CONTROL_PREFIX, fetch: (request) => control.fetch(request) }, doors),
    edge: createEdgeServer(registry),
    origin: createOriginServer(registry),
    storage: createStorageServer(storage, machineNow()),
  };
  const nodeServers = seed.nodes.map((name) => ({ name, server: createEdgeServer(registry, name) }));
  const close = async (): Promise<void> => {
    agent.destroy();
    await Promise.all([...Object.values(servers), ...nodeServers.map(({ server }) => server)].map(stop));
  };
  const nodes: { name: string; address: string }[] = [];
  const client = await (async () => {
    try {
      const endpoint = await listen(servers.cloud, options.port ?? 0, host);
      const edge = await listen(servers.edge, options.edgePort ?? 0, host);
      const origin = await listen(servers.origin, options.originPort ?? 0, host);
      for (const { name, server } of nodeServers) {
        nodes.push({ name, address: new URL(await listen(server, 0, host)).host });
      }
      storage.authority = new URL(await listen(servers.storage, 0, host)).host;
      urls = { endpoint, edge, origin, control: `${endpoint}${CONTROL_PREFIX}` };
      return new ControlClient(endpoint);
    } catch (error) {
      // a port that is taken must not leave the others behind
      await close();
      throw error;
    }
  })();
  return {
    endpoint: urls.endpoint,
    edge: { url: urls.edge, nodes },
    origin: { url: urls.origin, ...client.origin },
    control: client,
    configuration: configurationOf(registry.default, urls.endpoint),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function readClock(clock: NonNullable<EmulatorOptions["clock"]>): "real" | number {
  if (clock === "real") return "real";
  const at = new Date(clock).getTime();
  if (Number.isNaN(at)) throw new Error(`the clock must be "real" or a time, not "${String(clock)}"`);
  return at;
}

/** Whether it could not start because somebody else listens there. */
export function isTaken(error: unknown): boolean {
  return error instanceof PortTaken;
}

class PortTaken extends Error {}

function listen(server: http.Server | StorageServer, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const taken = `port ${port} of ${host} is taken: stop what listens there, or choose another port (0: any free one)`;
      reject(error.code === "EADDRINUSE" ? new PortTaken(taken, { cause: error }) : error);
    };
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      const address = server.address();
      const actual = typeof address === "object" && address ? address.port : port;
      resolve(`http://${reachable(host)}:${actual}`);
    });
  });
}

/** Listening on all addresses, an emulator is told to this machine by its loopback. */
function reachable(host: string): string {
  if (isWildcard(host)) return host === "::" ? "[::1]" : "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

function stop(server: http.Server | StorageServer): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** FNV-1a, so that each tenant has ids of its own. */
function mix(seed: number, name: string): number {
  let hash = seed ^ 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
