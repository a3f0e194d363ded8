/**
 * node .ci/summary.mjs REPORT: "N passed, N failed" from vitest's JSON report. Fails when anything failed
 * or nothing ran. A file that could not be loaded has no tests in it and counts as one failure.
 */
import { readFileSync } from "node:fs";

const [report] = process.argv.slice(2);
if (!report) throw new Error("usage: summary.mjs REPORT");

const { passed, failed } = count(report);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** @param {string} file */
function count(file) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
    const unloaded = testResults.filter(
      (/** @type {{ status: string, assertionResults: unknown[] }} */ result) =>
        result.status === "failed" && result.assertionResults.length === 0,
    );
    return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
  } catch (error) {
    process.stderr.write(`ci: no test report: ${error instanceof Error ? error.message : String(error)}\n`);
    return { passed: 0, failed: 0 };
  }
}
