/**
 * The typed client of the control API. It needs nothing but the endpoint's URL, so it works from any process:
 *
 *     const control = new ControlClient("http://127.0.0.1:4500");
 *     const mine = await control.createTenant("suite-a");
 *     await mine.origin.publish({ host: "www.example.com", path: "/", body: "v1", headers: { "cache-tag": "home" } });
 *     (await mine.visit("http://www.example.com/")).cache; // "MISS"
 */
import http from "node:http";
import * as z from "zod";
import type { PageSeed } from "../origin/origin.ts";
import type { FaultSeed } from "../ports/faults.ts";
import type { SeedInput } from "../tenant/seed.ts";
import type { LogFilter } from "../tenant/log.ts";
import {
  CONTROL_PREFIX,
  type ClockState,
  type EdgeEvent,
  type EdgeObject,
  type Info,
  type LogEntry,
  NODE_HEADER,
  type OriginVisit,
  type ProviderConfiguration,
  type SettingsState,
  type StandingFault,
  type State,
  TENANT_HEADER,
  type TenantInfo,
  addedSchema,
  clockStateSchema,
  configurationSchema,
  edgeEventSchema,
  edgeObjectSchema,
  infoSchema,
  logEntrySchema,
  originVisitSchema,
  settingsStateSchema,
  standingFaultSchema,
  stateSchema,
  storedSchema,
  tenantInfoSchema,
} from "./protocol.ts";

export interface VisitOptions {
  readonly node?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Visited {
  readonly status: number;
  readonly body: string;
  /** X-Cache: HIT, MISS, STALE, REVALIDATED, BYPASS; NONE when no service delivers the host. */
  readonly cache: string;
  /** Seconds, when the answer came from the cache. */
  readonly age: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TenantOptions {
  readonly seed?: SeedInput;
  /** "inherit" (default): like the emulator's; "real"; or an ISO time to stand still at. */
  readonly clock?: string;
}

export class ControlClient {
  readonly #endpoint: string;
  readonly #tenant: string | undefined;
  #edgeUrl: string | undefined;

  /** `endpoint`: the emulator's endpoint, with or without `/_emulator`. */
  constructor(endpoint: string, tenant?: string) {
    this.#endpoint = endpoint.replace(/\/(_emulator\/?)?$/, "");
    this.#tenant = tenant;
  }

  get tenantName(): string {
    return this.#tenant ?? "default";
  }

  /** The same client for a tenant that exists. */
  tenant(name: string): ControlClient {
    return new ControlClient(this.#endpoint, name);
  }

  /** Makes a fresh tenant (replacing one of that name) and returns its client. */
  async createTenant(name: string, options: TenantOptions = {}): Promise<ControlClient> {
    await this.#send("POST", "/tenants", { name, ...options });
    return this.tenant(name);
  }

  async removeTenant(name: string): Promise<void> {
    await this.#send("DELETE", `/tenants/${encodeURIComponent(name)}`);
  }

  tenants(): Promise<TenantInfo[]> {
    return this.#read("/tenants", z.array(tenantInfoSchema));
  }

  info(): Promise<Info> {
    return this.#read("/info", infoSchema);
  }

  /** The provider configuration with this tenant's keys. */
  configuration(): Promise<ProviderConfiguration> {
    return this.#read("/configuration", configurationSchema);
  }

  state(): Promise<State> {
    return this.#read("/state", stateSchema);
  }

  /** Back to the seed; the clock stays. */
  async reset(): Promise<void> {
    await this.#send("POST", "/reset", {});
  }

  /** Replaces the seed and starts from it. */
  async seed(seed: SeedInput): Promise<void> {
    await this.#send("PUT", "/seed", seed);
  }

  readonly clock = {
    get: (): Promise<ClockState> => this.#read("/clock", clockStateSchema),
    /** Stops the clock, at a moment or where it is. */
    freeze: (at?: string | Date): Promise<ClockState> => this.#clock({ mode: "frozen", ...moment(at) }),
    /** Lets it run: with the machine, or from a moment. */
    run: (from?: string | Date): Promise<ClockState> => this.#clock({ mode: "real", ...moment(from) }),
    /** Moves it forward; what is due then has happened when this returns. */
    advance: (ms: number): Promise<ClockState> => this.#ask(clockStateSchema, "POST", "/clock/advance", { ms }),
  };

  readonly requests = {
    find: (filter: LogFilter = {}): Promise<LogEntry[]> =>
      this.#read(`/requests${filterQuery(filter)}`, z.array(logEntrySchema)),
    clear: async (): Promise<void> => void (await this.#send("DELETE", "/requests")),
  };

  readonly faults = {
    add: async (fault: FaultSeed): Promise<string> => (await this.#ask(addedSchema, "POST", "/faults", fault)).id,
    list: (): Promise<StandingFault[]> => this.#read("/faults", z.array(standingFaultSchema)),
    remove: async (id: string): Promise<void> => void (await this.#send("DELETE", `/faults/${id}`)),
    clear: async (): Promise<void> => void (await this.#send("DELETE", "/faults")),
  };

  readonly settings = {
    get: (): Promise<SettingsState> => this.#read("/settings", settingsStateSchema),
    switches: (switches: Record<string, string>): Promise<SettingsState> =>
      this.#ask(settingsStateSchema, "PATCH", "/settings", { switches }),
    limits: (limits: Record<string, number>): Promise<SettingsState> =>
      this.#ask(settingsStateSchema, "PATCH", "/settings", { limits }),
    texts: (texts: Record<string, string>): Promise<SettingsState> =>
      this.#ask(settingsStateSchema, "PATCH", "/settings", { texts }),
  };

  readonly snapshots = {
    take: async (name: string): Promise<void> =>
      void (await this.#send("PUT", `/snapshots/${encodeURIComponent(name)}`, {})),
    restore: async (name: string): Promise<void> =>
      void (await this.#send("POST", `/snapshots/${encodeURIComponent(name)}/restore`, {})),
    list: (): Promise<string[]> => this.#read("/snapshots", z.array(z.string())),
  };

  readonly origin = {
    publish: async (...pages: PageSeed[]): Promise<void> => void (await this.#send("PUT", "/origin/pages", pages)),
    unpublish: async (host: string, path: string): Promise<void> =>
      void (await this.#send("DELETE", `/origin/pages?${new URLSearchParams({ host, path }).toString()}`)),
    log: (): Promise<OriginVisit[]> => this.#read("/origin/log", z.array(originVisitSchema)),
    clearLog: async (): Promise<void> => void (await this.#send("DELETE", "/origin/log")),
    /** While down, the origin cuts every connection. */
    down: async (down = true): Promise<void> => void (await this.#send("PUT", "/origin/down", { down })),
  };

  readonly storage = {
    /** Puts a file into the object storage; the URL is for UploadFile. */
    put: async (key: string, content: string): Promise<string> =>
      (await this.#ask(storedSchema, "PUT", `/oss/${key}`, content)).url,
  };

  readonly edge = {
    objects: (filter: { host?: string; node?: string } = {}): Promise<EdgeObject[]> =>
      this.#read(`/edge/objects?${new URLSearchParams(filter).toString()}`, z.array(edgeObjectSchema)),
    clear: async (): Promise<void> => void (await this.#send("DELETE", "/edge/objects")),
    /** Visits and what purges took, oldest first. */
    log: (): Promise<EdgeEvent[]> => this.#read("/edge/log", z.array(edgeEventSchema)),
    clearLog: async (): Promise<void> => void (await this.#send("DELETE", "/edge/log")),
  };

  /** Visits a URL at the edge, as a browser would whose DNS leads there. */
  async visit(url: string, options: VisitOptions = {}): Promise<Visited> {
    this.#edgeUrl ??= (await this.info()).edge;
    return visitEdge(this.#edgeUrl, url, this.#tenant, options);
  }

  #clock(body: unknown): Promise<ClockState> {
    return this.#ask(clockStateSchema, "PUT", "/clock", body);
  }

  #read<Answer extends z.ZodType>(path: string, answer: Answer): Promise<z.output<Answer>> {
    return this.#ask(answer, "GET", path);
  }

  async #ask<Answer extends z.ZodType>(
    answer: Answer,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<z.output<Answer>> {
    const parsed = answer.safeParse(JSON.parse(await this.#send(method, path, body)));
    if (parsed.success) return parsed.data;
    throw new Error(
      `emulator: the answer to ${method} ${path} has another form; is it of the same version as this client?\n` +
        z.prettifyError(parsed.error),
    );
  }

  async #send(method: string, path: string, body?: unknown): Promise<string> {
    const response = await fetch(`${this.#endpoint}${CONTROL_PREFIX}${path}`, {
      method,
      headers: {
        ...(this.#tenant === undefined ? {} : { [TENANT_HEADER]: this.#tenant }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`emulator: ${method} ${path} answered ${response.status}: ${text}`);
    return text;
  }
}

function moment(at: string | Date | undefined): { now?: string } {
  return at === undefined ? {} : { now: new Date(at).toISOString() };
}

function filterQuery({ params, ...rest }: LogFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, String(value));
  for (const [name, value] of Object.entries(params ?? {})) query.set(`param.${name}`, value);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

function visitEdge(
  edgeUrl: string,
  url: string,
  tenant: string | undefined,
  { node, method = "GET", headers = {} }: VisitOptions,
): Promise<Visited> {
  const wanted = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request(
      edgeUrl,
      {
        method,
        path: wanted.pathname + wanted.search,
        headers: {
          ...headers,
          host: wanted.host,
          ...(tenant === undefined ? {} : { [TENANT_HEADER]: tenant }),
          ...(node === undefined ? {} : { [NODE_HEADER]: node }),
        },
      },
      (response) => {
        const chunks: Uint8Array[] = [];
        response.on("data", (chunk: Uint8Array) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const flat = Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          );
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString("utf8"),
            cache: flat["x-cache"] ?? "NONE",
            age: flat["age"] === undefined ? undefined : Number(flat["age"]),
            headers: flat,
          });
        });
      },
    );
    request.on("error", reject);
    request.end();
  });
}
