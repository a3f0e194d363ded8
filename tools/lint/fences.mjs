/**
 * The project's own rules as an oxlint plugin: the import fences (docs: CONTRIBUTING.md), and plain English.
 *
 * A zone is a folder; `mayImport` lists every other zone that it may import. What is not listed is an
 * error. Zones, and packages that only one place may know: zones.mjs.
 */
import path from "node:path";
import { plainEnglish } from "./plain-english.mjs";
import { packageFences, zones } from "./zones.mjs";

/** @typedef {import("./zones.mjs").Zone} Zone */

/**
 * @param {string} importer  path from the root
 * @param {string} specifier as written in the import
 * @returns {string | undefined} the message, undefined when the import is allowed
 */
function fenceProblem(importer, specifier) {
  const from = zoneOf(importer);
  if (!from) return undefined;
  if (!specifier.startsWith(".")) {
    const fence = packageFences.find(({ packages }) => packages.test(specifier));
    if (!fence || fence.zones.includes(from.name)) return undefined;
    return `${from.name} must not import ${specifier}: ${fence.why}`;
  }
  const target = path.posix.join(path.posix.dirname(importer), specifier);
  const to = zoneOf(target);
  const [vendor, other] = [vendorOf(importer), vendorOf(target)];
  if (vendor !== undefined && other !== undefined && vendor !== other) {
    return `${vendor} must not import ${target}: a cloud never stands on another`;
  }
  if (to === from && folderOf(from, importer) === folderOf(from, target)) return undefined;
  if (to && to !== from && from.mayImport.includes(to.name)) return undefined;
  // Plain data beside the sources, such as a package.json, is no code.
  if (target.endsWith("package.json")) return undefined;
  return `${from.name} must not import ${target}: ${from.why}`;
}

/** @param {string} file */
function zoneOf(file) {
  return zones.find(({ files }) => files.test(file));
}

/**
 * The folder of a vendor, in the provider or in the emulator.
 * @param {string} file
 */
function vendorOf(file) {
  return /^(?:provider\/src\/clouds|emulator\/src\/vendors)\/[^/]+\/(?=.)/.exec(file)?.[0];
}

/**
 * Two services are the same zone but different folders.
 * @param {Zone} zone
 * @param {string} file
 */
function folderOf(zone, file) {
  return zone.files.exec(file)?.[0];
}

const rule = {
  meta: { type: "problem" },
  /** @param {any} context */
  create(context) {
    const importer = path.relative(context.cwd, context.filename).split(path.sep).join("/");
    /** @param {any} source */
    const check = (source) => {
      if (typeof source?.value !== "string") return;
      const message = fenceProblem(importer, source.value);
      if (message) context.report({ node: source, message });
    };
    return {
      /** @param {any} node */
      ImportDeclaration: (node) => check(node.source),
      /** @param {any} node */
      ExportNamedDeclaration: (node) => check(node.source),
      /** @param {any} node */
      ExportAllDeclaration: (node) => check(node.source),
      /** @param {any} node */
      ImportExpression: (node) => check(node.source),
      /** @param {any} node */
      TSImportType: (node) => check(node.source ?? node.argument),
      /** @param {any} node */
      CallExpression: (node) => {
        if (node.callee.type === "Identifier" && node.callee.name === "require") check(node.arguments[0]);
      },
    };
  },
};

export default { meta: { name: "edgecache" }, rules: { fences: rule, "plain-english": plainEnglish } };
