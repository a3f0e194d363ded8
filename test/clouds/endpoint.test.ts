/** Spellings of one endpoint: all are taken, and lead to the same place. */
import { expect, test } from "vitest";
import { endpoint, originOf } from "../../provider/src/clouds/endpoint.ts";

test.each([
  [
    "https://esa.example",
    [
      "esa.example",
      "ESA.Example",
      "esa.example/",
      "esa.example:443",
      "https://esa.example:443/",
      "HTTPS://esa.example",
    ],
  ],
  ["http://127.0.0.1:4010", ["http://127.0.0.1:4010", "HTTP://127.0.0.1:4010/"]],
  ["http://[::1]:4010", ["http://[::1]:4010", "Http://[0:0:0:0:0:0:0:1]:4010/"]],
])("%s", (origin, spellings) => {
  for (const text of spellings) expect([text, originOf(endpoint.parse(text) ?? "").origin]).toEqual([text, origin]);
});

test.each(["", "esa.example/path", "ftp://esa.example", "esa example", "http://", "http://user@esa.example"])(
  "%j is none",
  (text) => {
    expect(endpoint.safeParse(text).success).toBe(false);
  },
);
