/**
 * The text of a package's terms, which has to travel with it: the files that it ships, else what its README quotes, else
 * the text of the SPDX list under its copyright line. A package with none of them ends the build.
 */
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import spdx from "spdx-license-list/full.js";

interface Terms {
  readonly licenses: readonly string[];
  readonly copyright: string;
  /** Where both are written, since the package has no file about them. */
  readonly source: string;
}

/** Packages that name their terms and ship no text; none of their repositories has one for npm to pack. */
const terms: Readonly<Record<string, Terms>> = {
  "@alicloud/gateway-spi": {
    licenses: ["ISC", "Apache-2.0"],
    copyright: "Copyright (c) 2009-present, Alibaba Cloud. All rights reserved.",
    source: "ISC by its package.json, Apache-2.0 by the same project's packages for other languages",
  },
  "@alicloud/openapi-core": {
    licenses: ["ISC", "Apache-2.0"],
    copyright: "Copyright (c) 2009-present, Alibaba Cloud. All rights reserved.",
    source: "ISC by its package.json, Apache-2.0 and the copyright by its README.md",
  },
  "@alicloud/tea-typescript": {
    licenses: ["ISC", "MIT"],
    copyright: "Copyright (c) Jackson Tian",
    source: "ISC and the author by its package.json, MIT by its README.md",
  },
  "@bufbuild/protobuf": {
    licenses: ["Apache-2.0", "BSD-3-Clause"],
    copyright: "Copyright 2021-2026 Buf Technologies, Inc.\nCopyright 2008 Google Inc. All rights reserved.",
    source: "package.json, and the headers of its files: those of Google are under BSD-3-Clause",
  },
  "@darabonba/typescript": {
    licenses: ["Apache-2.0"],
    copyright: "Copyright (c) Jackson Tian",
    source: "package.json and README.md",
  },
  httpx: { licenses: ["MIT"], copyright: "Copyright (c) Jackson Tian", source: "package.json and README.md" },
  "proxy-agent-negotiate": {
    licenses: ["MIT"],
    copyright: "Copyright (c) 2013 Nathan Rajlich <nathan@tootallnate.net>",
    source: "package.json, and the README.md of http-proxy-agent, which comes from the same repository",
  },
  tr46: { licenses: ["MIT"], copyright: "Copyright (c) Sebastian Mayr <npm@smayr.name>", source: "package.json" },
};

export async function termsOf(folder: string, name: string): Promise<string> {
  const own = (await shipped(folder)) ?? (await quoted(folder));
  if (own !== undefined) return own;
  const known = terms[name];
  if (known === undefined) {
    throw new Error(`${name} comes without a text of its terms: say in ${import.meta.filename} what they are`);
  }
  const texts = known.licenses.map(standardText);
  return [`${known.copyright}\n(${known.source})`, ...texts].join("\n\n");
}

async function shipped(folder: string): Promise<string | undefined> {
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  if (files.length === 0) return undefined;
  return (await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")))).join("\n");
}

/** Some READMEs end with the whole text, as HTML. */
async function quoted(folder: string): Promise<string | undefined> {
  const readme = (await readdir(folder)).find((file) => /^readme\.md$/i.test(file));
  const text = readme === undefined ? "" : await readFile(path.join(folder, readme), "utf8");
  const granted = /^Copyright [^\n]+\n\nPermission is hereby granted[^]*?\n\nTHE SOFTWARE IS PROVIDED[^]*?\n\n/im;
  return granted.exec(`${text}\n\n`)?.[0].replaceAll("&lt;", "<").replaceAll("&gt;", ">").trim();
}

/** Without the copyright line of the SPDX list's sample, which is ours to give. */
function standardText(id: string): string {
  const license = spdx[id];
  if (license === undefined) throw new Error(`there is no licence ${id} in the SPDX list`);
  return license.licenseText
    .replace(/^Copyright \(c\) .*\n/gm, "")
    .replaceAll("ISC DISCLAIMS", "THE AUTHOR DISCLAIMS")
    .replaceAll("SHALL ISC BE", "SHALL THE AUTHOR BE")
    .trim();
}
