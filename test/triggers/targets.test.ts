/** Which targets are taken and what is said of the others: one rule for all services. Pure. */
import { describe, expect, test } from "vitest";
import { expressionProblem, problemWords, tagProblem } from "../../provider/src/trigger-kit/targets.ts";
import { hostProblem, urlProblem } from "../../provider/src/trigger-kit/urls.ts";
import type { Problem } from "../../provider/src/engine/define/index.ts";

const told = (problem: Problem | undefined): string => (problem === undefined ? "taken" : problemWords(problem));
const www = "https://www.example.com";

describe("a URL", () => {
  test.each([
    // Encoded in part: what is encoded already stays as it is.
    [`${www}/a%20b c`, `holds a space; did you mean ${www}/a%20b%20c?`],
    [`${www}/%E4%BD%A0好`, `holds characters that must be percent-encoded; did you mean ${www}/%E4%BD%A0%E5%A5%BD?`],
    [
      `${www}/ä b%20c%`,
      `has a % that begins no escape; the sign itself is %25; did you mean ${www}/%C3%A4%20b%20c%25?`,
    ],
    [`${www}/?b=%zz`, `has a % that begins no escape; the sign itself is %25; did you mean ${www}/?b=%25zz?`],
    [
      `${www}/%u00e4/%u4F60`,
      `holds %u, an escape that only JavaScript's old escape() writes; did you mean ${www}/%C3%A4/%E4%BD%A0?`,
    ],
    [`${www}/\${path}/a`, "holds the place of a value that was not filled in, such as ${name} or {{name}}"],
    [`${www}/?v={{version}}`, "holds the place of a value that was not filled in, such as ${name} or {{name}}"],
    [`"${www}/a"`, `is in quotation marks; did you mean ${www}/a?`],
    [`<${www}/a b>`, `is in quotation marks; did you mean ${www}/a%20b?`],
    [`${www}/a"b`, `holds characters that must be percent-encoded; did you mean ${www}/a%22b?`],
    [`${www}/a%00b`, "holds an escaped control character"],
    // What only seems to be the same.
    [
      "https://bücher.example/ä",
      "has a host name that is not ASCII; give it in Punycode; did you mean https://xn--bcher-kva.example/%C3%A4?",
    ],
    [`${www}/a\u200Bb`, `holds an invisible character (U+200B); did you mean ${www}/ab?`],
    ["https://exa\u00ADmple.com/", "holds an invisible character (U+00AD); did you mean https://example.com/?"],
    [`\uFEFF${www}/a`, `begins or ends with an invisible character (U+FEFF); did you mean ${www}/a?`],
    [`${www}/a `, `begins or ends with a space; did you mean ${www}/a?`],
    [`${www}/a\r`, `begins or ends with a line break (U+000D); did you mean ${www}/a?`],
    [`${www}/a\u00A0`, `begins or ends with an invisible character (U+00A0); did you mean ${www}/a?`],
    [`${www}/a\nb`, "holds a line break; give each target on its own"],
    [`${www}/a\u001B[0m`, `holds a control character (U+001B); did you mean ${www}/a[0m?`],
    [`${www}/a\u0000b`, `holds a control character (U+0000); did you mean ${www}/ab?`],
    [`${www}/\uD800`, "holds half of a character (U+D800)"],
    [`${www}\\a`, `holds a backslash; did you mean ${www}/a?`],
    [`https:\\\\www.example.com\\a?b=\\`, `holds a backslash; did you mean ${www}/a?b=%5C?`],
    [
      `${www}/?a=1&amp;b=2`,
      `holds an HTML entity such as &amp;, which stands for & in HTML only; did you mean ${www}/?a=1&b=2?`,
    ],
    // What browsers make of it.
    [`${www}/a/../b/./c`, `has . or .. in its path, which browsers resolve; did you mean ${www}/b/c?`],
    [`${www}/a/%2e%2E/b`, `has . or .. in its path, which browsers resolve; did you mean ${www}/b?`],
    [`${www}/a#top`, `has a fragment (#), which no visitor's browser sends; did you mean ${www}/a?`],
    [`${www}/a?b#c#d`, `has a fragment (#), which no visitor's browser sends; did you mean ${www}/a?b?`],
    // Hosts.
    ["https://www..example.com/", `has an empty label in its host name (a dot too many); did you mean ${www}/?`],
    ["https://www.example.com./a", `has an empty label in its host name (a dot too many); did you mean ${www}/a?`],
    ["https://%77ww.example.com/", "has characters in its host name that no host name has"],
    ["https://-a.example.com/", "has a host name in which a label begins or ends with -"],
    [
      `https://${"x".repeat(64)}.com/`,
      "has a host name that is too long: 253 characters, and 63 between two dots, are the most",
    ],
    [
      "https://user:hush@www.example.com/",
      "has a user name or password before its host, which is no part of what an edge knows; leave it out",
    ],
    ["https://www.example.com:99999/", "has no port after the colon (:99999)"],
    ["https://www.example.com:/x", `has no port after the colon (:); did you mean ${www}/x?`],
    ["https:///a", "has no host name"],
    ["https://*.example.com/", "has a wildcard, which this type does not take"],
    // Schemes.
    ["//www.example.com/x", `lacks its scheme; did you mean ${www}/x?`],
    ["www.example.com:8080/x", "lacks its scheme; did you mean https://www.example.com:8080/x?"],
    ["http://https://www.example.com/x", "has its scheme twice; did you mean https://www.example.com/x?"],
    ["http://HTTP://ä.com", "has its scheme twice; did you mean HTTP://xn--4ca.com?"],
    ["http://0x7f.1/a", "has a host name that browsers read as 127.0.0.1; did you mean http://127.0.0.1/a?"],
    ["http:/www.example.com/x", "must have two slashes after its scheme; did you mean http://www.example.com/x?"],
    ["ftp://www.example.com/", "must begin with http:// or https://, the schemes that an edge serves"],
    ["javascript:alert(1)", "must be a full URL such as https://www.example.com/path"],
    // Several in one.
    [`${www}/a,${www}/b`, "holds several URLs; give each target on its own"],
    [`${www}/a ${www}/b`, "holds several URLs; give each target on its own"],
    // A path, as hashFiles without urlPrefix gives it.
    ["index.html", "is no URL; this is a path: give hashFiles a urlPrefix, or write the URL in full"],
    ["./docs/index.html", "is no URL; this is a path: give hashFiles a urlPrefix, or write the URL in full"],
    ["", "is empty"],
    [" \t", "is empty"],
    [`${www}/${"x".repeat(1024)}`, "has 1,048 characters; 1,024 is the most"],
    [`${www}/${"x".repeat(10_000_000)}`, "has 10,000,024 characters; 1,024 is the most"],
  ])("number %#", (target, words) => {
    expect(told(urlProblem(target, "file"))).toBe(words);
  });

  test.each(["/a|b", "/a[1]", "/%C3%A4?b=1", "", "/a//b", "/~x/(y)!$'", "/?to=https://b.com/"])(
    "is taken as browsers send it: %j",
    (rest) => {
      expect(told(urlProblem(`${www}${rest}`, "file"))).toBe("taken");
      expect(new URL(`${www}${rest}`).href.replace(/^(https:\/\/[^/]+)\/$/, "$1")).toBe(`${www}${rest}`);
    },
  );

  test("what is suggested is right itself", () => {
    const odd = ["ä b", "%", "%zz?x=\\", "a/../ä%20 b#c", "?a&amp;b= ", "\u200B/ü\\", "..//x y.", "&lt;ö&gt;"];
    for (const path of odd) {
      for (const host of ["www.example.com", "www..example.com", "bücher.example", "WWW.example.com."]) {
        const problem = urlProblem(`https://${host}/${path}`, "file");
        expect(problem?.suggestion, path).toBeDefined();
        expect(told(urlProblem(problem?.suggestion ?? "", "file"))).toBe("taken");
      }
    }
  });

  test.each([
    ["/dir", `is no directory; did you mean ${www}/dir/?`],
    ["", `is no directory; did you mean ${www}/?`],
    ["/d/index.html", `is no directory; did you mean ${www}/d/?`],
    ["/d?x=1", `is no directory: it has a query string; did you mean ${www}/d/?`],
    ["/d/", "taken"],
  ])("of a directory: %j", (rest, words) => {
    expect(told(urlProblem(`${www}${rest}`, "directory"))).toBe(words);
  });
});

test.each([
  [www, "must be a host name without scheme; did you mean www.example.com?"],
  ["//www.example.com/", "must be a host name without scheme; did you mean www.example.com?"],
  ["www.example.com/a", "must be a host name without path; did you mean www.example.com?"],
  ["www.example.com:443", "must be a host name without port; did you mean www.example.com?"],
  ["bücher.example", "has a host name that is not ASCII; give it in Punycode; did you mean xn--bcher-kva.example?"],
  ["a..example.com", "has an empty label in its host name (a dot too many); did you mean a.example.com?"],
  ["www.example.com\n", "begins or ends with a line break (U+000A); did you mean www.example.com?"],
  ["*.example.com", "has a wildcard, which this type does not take"],
  ["192.0.2.1", "must be a host name such as www.example.com"],
  ["localhost", "must be a host name such as www.example.com"],
  ["x".repeat(10_000_000), "has 10,000,000 characters; no host name has"],
  ["WWW.Example.com", "taken"],
])("a host: number %#", (target, words) => {
  expect(told(hostProblem(target))).toBe(words);
});

test.each([
  ["a,b", "holds a comma, which separates tags; give each tag on its own"],
  [" a", "begins or ends with a space, which the cloud strips; did you mean a?"],
  ["a\nb", "holds a line break; give each target on its own"],
  ["a\u0000b", "holds a control character (U+0000); did you mean ab?"],
  ["a\u001Bb", "holds a control character (U+001B); did you mean ab?"],
  ["a\u202Eb", "holds an invisible character (U+202E); did you mean ab?"],
  ["x".repeat(10_000_000), "has 10,000,000 characters; no response header can carry such a tag"],
  ["", "is empty"],
  ["产品 2", "taken"],
])("a tag: number %#", (target, words) => {
  expect(told(tagProblem(target))).toBe(words);
});

test.each([
  [`${www}/a\n.*`, "holds a line break; give each target on its own"],
  [`${www}/a\u001B.*`, `holds a control character (U+001B); did you mean ${www}/a.*?`],
  [`${www}/${"a".repeat(10_000_000)}`, "has 10,000,024 characters; 1,024 is the most"],
  ["https://.*/a", "has a wildcard, which this type does not take"],
  [`${www}/img/[0-9]{2}(a|b).*\\.jpg`, "taken"],
])("an expression: number %#", (target, words) => {
  expect(told(expressionProblem(target))).toBe(words);
});
