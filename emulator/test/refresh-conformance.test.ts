/** CDN and DCDN: documented error → exact status, code and text. The twins share one table; each has rows of its own. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { cdnCatalog } from "../src/vendors/alibaba/cdn/errors.ts";
import { dcdnCatalog } from "../src/vendors/alibaba/dcdn/errors.ts";
import { alibaba } from "./clients.ts";
import { checkRow } from "./conformance.ts";
import { names, ownRows, sharedRows, times } from "./refresh-rows.ts";

let emulator: Emulator;
beforeAll(async () => {
  const account = "1234567890123456";
  const part = {
    domains: [
      ...["a.com", "b.com"].map((domain) => ({ domain, account })),
      ...Array.from({ length: 11 }, (_, index) => ({ domain: `h${index}.com`, account })),
      { domain: "foreign.com", account: "somebody else" },
      { domain: "offline.com", account, status: "offline" },
      { domain: "configuring.com", account, status: "configuring" },
      { domain: "protected.com", account, status: "protected" },
    ],
    accounts: { suspended: "suspended", arrears: "arrears" },
  };
  emulator = await startEmulator({
    clock: "2026-11-22T12:00:00Z",
    seed: {
      keys: [
        { cloud: "alibaba", account, accessKeyId: "LTAI5tEMULATOR", accessKeySecret: "emulator-secret" },
        { cloud: "alibaba", account: "suspended", accessKeyId: "SUSPENDED", accessKeySecret: "emulator-secret" },
        { cloud: "alibaba", account: "arrears", accessKeyId: "ARREARS", accessKeySecret: "emulator-secret" },
      ],
      services: { cdn: part, dcdn: part },
    },
  });
});
beforeEach(async () => {
  await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
  await emulator.control.reset();
});
afterAll(() => emulator.close());

describe.each(["cdn", "dcdn"] as const)("%s answers", (service) => {
  test.each([...sharedRows(names[service]), ...ownRows[service]])("$name with $code", (row) =>
    checkRow(emulator.endpoint, service, emulator.control, row),
  );

  const errors = [...(service === "cdn" ? cdnCatalog : dcdnCatalog)];
  test.each(errors.map(([code, { status, message }]) => ({ code, status, message })))(
    "an injected $code as documented",
    async ({ code, status, message }) => {
      await emulator.control.faults.add({ kind: "error", code, count: 1 });
      const answer = await alibaba(emulator.endpoint, service, names[service].quota);
      expect([answer.status, answer.body["Code"], answer.body["Message"]]).toEqual([status, code, message]);
    },
  );
});

test("a comma belongs to the path, and a minute later the window is open again", async () => {
  const refresh = (ObjectPath: string): ReturnType<typeof alibaba> =>
    alibaba(emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath }, { form: true });
  const first = await refresh("http://a.com/1,http://a.com/2");
  const listed = await alibaba(emulator.endpoint, "cdn", "DescribeRefreshTaskById", {
    TaskId: String(first.body["RefreshTaskId"]),
  });
  expect(listed.body).toMatchObject({ TotalCount: 1, Tasks: [{ ObjectPath: "http://a.com/1,http://a.com/2" }] });
  const full = times(999, (index) => `http://a.com/${index}`);
  expect((await refresh(full)).status).toBe(200);
  expect((await refresh("http://a.com/x")).body["Code"]).toBe("QuotaPerMinuteExceeded.Refresh");
  await emulator.control.clock.advance(60_000);
  expect((await refresh("http://a.com/x")).status).toBe(200);
});

test("an id holds 2,000 refreshes of a domain and second, then a new one starts", async () => {
  await emulator.control.settings.limits({ "dcdn.urlsPerMinute": 10_000 });
  const ids = new Set<unknown>();
  for (let call = 0; call < 3; call += 1) {
    const ObjectPath = times(900, (index) => `http://a.com/${call}/${index}`);
    const { body } = await alibaba(emulator.endpoint, "dcdn", "RefreshDcdnObjectCaches", { ObjectPath });
    ids.add(body["RefreshTaskId"]);
  }
  const [one, two] = [...ids].map(String);
  expect([...ids]).toEqual([one, two]);
  expect(two?.split(",")).toHaveLength(2);
  expect(two?.split(",")[0]).toBe(one);
});
