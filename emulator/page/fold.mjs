// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** Repeated polls as one: a reading call that asks the same and gets the same answer, until something is changed. */

const READS = /^(Get|Describe|List)/;
const MOMENT = /^\d{4}-\d\d-\d\d[T ]/;

/** Oldest first, as `entries`; each fold has the calls that it stands for, newest last. */
export function folded(entries) {
  const folds = [];
  let open = new Map();
  for (const entry of entries) {
    const key = READS.test(entry.action) ? question(entry) : undefined;
    const same = key === undefined ? undefined : open.get(key);
    if (same) {
      same.calls.push(entry);
      continue;
    }
    const fold = { calls: [entry] };
    folds.push(fold);
    if (key === undefined) open = new Map();
    else open.set(key, fold);
  }
  return folds;
}

export const single = (entries) => entries.map((entry) => ({ calls: [entry] }));

/** Polls ask "since when" by the moment at which they ask: times are no part of the question. */
function question({ service, action, status, code, faults, params }) {
  const asked = Object.entries(params).filter(([, value]) => !(typeof value === "string" && MOMENT.test(value)));
  return JSON.stringify([service, action, status, code, faults, asked]);
}
