/** Every service answers as its documents say: each row of its suite, and each documented error when it is injected. */
import { describe, expect, test } from "vitest";
import { registered, suiteOf } from "./conformance/registered.ts";
import { useSuite } from "./conformance/suite.ts";

const suites = await Promise.all(registered.map(async (each) => ({ ...each, suite: await suiteOf(each.name) })));

describe.each(suites)("$name", ({ service, suite }) => {
  const bench = useSuite(suite);

  test.each(suite.rows)("answers $name with $code", async ({ before, code, message, status, ...ask }) => {
    const { endpoint, control } = bench.emulator;
    await before?.(control, (other) => suite.send(endpoint, { action: ask.action, ...other }));
    const answer = await suite.send(endpoint, ask);
    expect(answer.body).toEqual(suite.errorBody({ code, message }));
    expect(answer.status).toBe(status ?? suite.errorStatus);
  });

  test.each([...service.catalog.values()])("an injected $code as documented", async ({ code, message, status }) => {
    const { endpoint, control } = bench.emulator;
    await control.faults.add({ kind: "error", code, count: 1 });
    const answer = await suite.send(endpoint, suite.accepted);
    expect(answer.body).toEqual(suite.errorBody({ code, message }));
    expect(answer.status).toBe(status);
    expect((await suite.send(endpoint, suite.accepted)).body).not.toEqual(suite.errorBody({ code, message }));
  });
});
