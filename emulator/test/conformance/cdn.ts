/** CDN's table of errors: its own rows beside those that it shares. */
import { overLimit, refreshQuota, times, refreshSuite } from "./refresh-rows.ts";
import type { Row } from "./suite.ts";

const names = {
  refresh: "RefreshObjectCaches",
  byTag: "RefreshObjectCacheByCacheTag",
  preload: "PushObjectCache",
  tasks: "DescribeRefreshTasks",
  byId: "DescribeRefreshTaskById",
  quota: "DescribeRefreshQuota",
  pageSize: 100,
};

const own: Row[] = [
  {
    name: "a push of 101 URLs",
    action: "PushObjectCache",
    parameters: { ObjectPath: times(101, (index) => `http://a.com/${index}`) },
    ...overLimit,
  },
  {
    name: "more pushes than a day has",
    action: "PushObjectCache",
    parameters: { ObjectPath: "http://a.com/" },
    before: (control) => control.settings.limits({ "cdn.preloadDaily": 0 }),
    ...refreshQuota,
  },
  {
    name: "more calls than a second allows",
    action: "DescribeRefreshQuota",
    before: (_control, call) => Promise.all(Array.from({ length: 20 }, () => call({}))),
    status: 503,
    code: "Throttling",
    message: "Request was denied due to request throttling.",
  },
];

export const suite = refreshSuite("cdn", names, own);
