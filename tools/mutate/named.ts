/**
 * Changes that reviewers made by hand and no test noticed. Each is a text of
 * one file and what it becomes; one whose text is gone is reported, since the
 * line was rewritten and needs a new one.
 */
export interface Named {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const lookUp = "provider/src/triggers/submit/look-up.ts";
const verdict = "provider/src/triggers/watch/verdict.ts";

export const named: readonly Named[] = [
  {
    name: "look-ups take tasks that are claimed already",
    file: lookUp,
    find: "    if (calls.isClaimed(service.name, row.taskId, target)) continue;\n",
    replace: "",
  },
  {
    name: "a lost call is looked for once",
    file: lookUp,
    find: "[500, 1000, 1500, 2000, 2500, 3500, 4000]",
    replace: "[500]",
  },
  {
    name: "a lost upload is looked for once",
    file: lookUp,
    find: "if (found === undefined) continue;",
    replace: "if (found === undefined) break;",
  },
  {
    name: "the last run's tasks are not claimed",
    file: "provider/src/triggers/carry-out.ts",
    find: 'for (const id of task.taskIds) runtime.queue.calls.claim(runtime.service.name, id, "all");',
    replace: "",
  },
  {
    name: "a shared call has its shortest member's deadline",
    file: "provider/src/triggers/submit/entry.ts",
    find: "Math.max(...entries.map((entry) => entry.call.deadline))",
    replace: "Math.min(...entries.map((entry) => entry.call.deadline))",
  },
  {
    name: "a list with a row for each task is believed after 2 s",
    file: verdict,
    find: "const rowPerTaskMs = 60_000;",
    replace: "const rowPerTaskMs = 2000;",
  },
  {
    name: "what may have been refused is settled after 2 s instead of 20",
    file: verdict,
    find: "const doubtMs = 20_000;",
    replace: "const doubtMs = 2000;",
  },
  {
    name: "targets lost by different calls are looked up as one",
    file: "provider/src/triggers/carry-out.ts",
    find: "const key = `${sentAt} ${reference}`;",
    replace: 'const key = "";',
  },
  {
    name: "digests compare 32 of 64 bits",
    file: "provider/src/triggers/manifest/manifest.ts",
    find: "own[at * 2] === words[place] && own[at * 2 + 1] === words[place + 1]",
    replace: "own[at * 2] === words[place]",
  },
  {
    name: "partial state above 64 KB of headers is cut",
    file: "provider/src/engine/protocol/partial.ts",
    find: "((maxStatusBytes - 512 * 1024) * 3) / 4",
    replace: "(64 * 1024 * 3) / 4",
  },
  {
    name: "a purge of everything is done at its first row",
    file: verdict,
    find: "[...tasks.values()].every(({ pending }) => pending === 0)",
    replace: "[...tasks.values()].some(({ pending }) => pending === 0)",
  },
  {
    name: "one look never tells the end of a list that stands still",
    file: "provider/src/triggers/watch/watch.ts",
    find: "return ageMs > closedMs ? ageMs : 0;",
    replace: "return 0;",
  },
  {
    name: "a read skips every 11th task id",
    file: "provider/src/clouds/alibaba/refresh/client.ts",
    find: "at += idsPerRead) {",
    replace: "at += idsPerRead + 1) {",
  },
  {
    name: "canceled and timeout rows count as pending",
    file: "provider/src/clouds/tencent/teo/tasks.ts",
    find: 'task.status !== "success" && task.status !== "processing"',
    replace: 'task.status === "failed"',
  },
  {
    name: "secrets escaped for JSON are not redacted",
    file: "provider/src/engine/wire/redaction.ts",
    find: "JSON.stringify(text).slice(1, -1), percent",
    replace: "percent",
  },
];

export function applied({ find, replace }: Named, text: string): string | undefined {
  const parts = text.split(find);
  return parts.length === 2 ? parts.join(replace) : undefined;
}
