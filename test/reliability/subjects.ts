/** The five ways to purge, each with what a test must know of it: its words in a program, its operations, its host at the edge. */
type Params = Readonly<Record<string, unknown>>;

export interface Subject {
  readonly name: string;
  readonly type: string;
  /** What the program always says beside targets and hash. */
  readonly base: Readonly<Record<string, unknown>>;
  /** Another value of an option: a change that must send nothing. */
  readonly option: Readonly<Record<string, unknown>>;
  readonly host: string;
  /** The vendor's operations: sending, watching one's tasks, finding a task whose answer was lost. */
  readonly submit: string;
  readonly poll: string;
  readonly lookUp: string;
  /** Names of the emulator's limits: how long a purge takes, when a new task is listed. */
  readonly taskMs: string;
  readonly listingDelayMs: string;
  /** The targets that a call carried, from its parameters in the log. */
  sent(params: Params): string[];
  /** One target can be refused inside a success. */
  readonly failedList: boolean;
}

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
    sent: (params) => (Array.isArray(params["Targets"]) ? params["Targets"].map(String) : []),
    failedList: true,
  },
  {
    name: "CDN",
    type: "edgecache:cdn:PurgeTrigger",
    base: { type: "File" },
    option: { force: true },
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
    option: { force: true },
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
  },
];

export function url(subject: Subject, page: string): string {
  return `http://${subject.host}/${page}`;
}
