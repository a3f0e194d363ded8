/** The five ways to purge and the four to prefetch, each with what a test must know of it: its words in a program, its operations, its host at the edge. */
type Params = Readonly<Record<string, unknown>>;

/** A trigger, whatever it sends. */
export interface Sender {
  readonly name: string;
  readonly type: string;
  /** What the program always says beside targets and hash. */
  readonly base: Readonly<Record<string, unknown>>;
  /** Another value of an option: a change that must send nothing. */
  readonly option: Readonly<Record<string, unknown>>;
  readonly host: string;
  /** The vendor's operations: sending, and watching one's tasks. */
  readonly submit: string;
  readonly poll: string;
  /** Name of the emulator's limit: how long a task takes. */
  readonly taskMs: string;
  /** The targets that a call carried, from its parameters in the log. */
  sent(params: Params): string[];
}

export interface Subject extends Sender {
  /** The vendor's operation that finds a task whose answer was lost; `undefined`: none can tell it from others. */
  readonly lookUp: string | undefined;
  /** Name of the emulator's limit: when a new task is listed. */
  readonly listingDelayMs: string;
  /** One target can be refused inside a success. */
  readonly failedList: boolean;
}

const targets = (params: Params): string[] => (Array.isArray(params["Targets"]) ? params["Targets"].map(String) : []);
const lines = (params: Params): string[] => String(params["ObjectPath"]).split(/\r?\n/);

const dcdn = {
  poll: "DescribeDcdnRefreshTaskById",
  lookUp: "DescribeDcdnRefreshTasks",
  taskMs: "dcdn.refreshMs",
  listingDelayMs: "dcdn.listingDelayMs",
  sent: lines,
  failedList: false,
} as const;

export const subjects: readonly [Subject, ...Subject[]] = [
  {
    name: "ESA",
    type: "edgecache:esa:PurgeTrigger",
    base: { siteId: "5407498413000", type: "file" },
    option: { edgeComputePurge: true },
    host: "www.example.com",
    submit: "PurgeCaches",
    poll: "DescribePurgeTasks",
    lookUp: "DescribePurgeTasks",
    taskMs: "esa.purgeMs",
    listingDelayMs: "esa.listingDelayMs",
    sent: (params) => JSON.parse(String(params["Content"])).Files,
    failedList: false,
  },
  {
    name: "EdgeOne",
    type: "edgecache:teo:PurgeTrigger",
    base: { zoneId: "zone-2o1xvpmq7nn1", type: "purge_url" },
    option: { purgeAdded: true },
    host: "www.example.net",
    submit: "CreatePurgeTask",
    poll: "DescribePurgeTasks",
    lookUp: "DescribePurgeTasks",
    taskMs: "teo.purgeMs",
    listingDelayMs: "teo.listingDelayMs",
    sent: targets,
    failedList: true,
  },
  {
    name: "CDN",
    type: "edgecache:cdn:PurgeTrigger",
    base: { type: "File" },
    option: { force: false },
    host: "cdn.example.com",
    submit: "RefreshObjectCaches",
    poll: "DescribeRefreshTaskById",
    lookUp: "DescribeRefreshTasks",
    taskMs: "cdn.refreshMs",
    listingDelayMs: "cdn.listingDelayMs",
    sent: lines,
    failedList: false,
  },
  {
    name: "DCDN",
    type: "edgecache:dcdn:PurgeTrigger",
    base: { type: "File" },
    option: { force: false },
    host: "dcdn.example.com",
    submit: "RefreshDcdnObjectCaches",
    ...dcdn,
  },
  {
    name: "Edge Routine",
    type: "edgecache:dcdn:EdgeRoutinePurgeTrigger",
    base: { type: "File" },
    option: { mergeDomainName: ["dcdn.example.com"] },
    host: "er.example.com",
    submit: "RefreshErObjectCaches",
    ...dcdn,
    lookUp: undefined,
  },
];

export const prefetches: readonly Sender[] = [
  {
    name: "ESA prefetch",
    type: "edgecache:esa:PrefetchTrigger",
    base: { siteId: "5407498413000" },
    option: { headers: { "Accept-Encoding": "br" } },
    host: "www.example.com",
    submit: "PreloadCaches",
    poll: "DescribePreloadTasks",
    taskMs: "esa.preloadMs",
    sent: (params) => JSON.parse(String(params["Content"])),
  },
  {
    name: "EdgeOne prefetch",
    type: "edgecache:teo:PrefetchTrigger",
    base: { zoneId: "zone-2o1xvpmq7nn1" },
    option: { mode: "default" },
    host: "www.example.net",
    submit: "CreatePrefetchTask",
    poll: "DescribePrefetchTasks",
    taskMs: "teo.prefetchMs",
    sent: targets,
  },
  {
    name: "CDN prefetch",
    type: "edgecache:cdn:PrefetchTrigger",
    base: {},
    option: { area: "domestic" },
    host: "cdn.example.com",
    submit: "PushObjectCache",
    poll: "DescribeRefreshTaskById",
    taskMs: "cdn.preloadMs",
    sent: lines,
  },
  {
    name: "DCDN prefetch",
    type: "edgecache:dcdn:PrefetchTrigger",
    base: {},
    option: { l2Preload: true },
    host: "dcdn.example.com",
    submit: "PreloadDcdnObjectCaches",
    poll: "DescribeDcdnRefreshTaskById",
    taskMs: "dcdn.preloadMs",
    sent: lines,
  },
];

export function url({ host }: Sender, page: string): string {
  return `http://${host}/${page}`;
}
