/**
 * `npm test`: types, lint, layers, unused code, generated pages, unit and integration tests, build, end-to-end tests. Every part runs even when
 * an earlier one fails; the output of a failing part is shown; the last line is `N passed, N failed, N skipped`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureMachine, findBrowser, makeLab } from './machine.mjs';
import { onParentGone } from './run.mjs';
import { ensureBuilt, ensureInstalled, memory, projectNode, root, say, tool, toolEnv } from './setup.mjs';

const minuteMs = 60_000;
const isCi = process.env.CI === 'true' || process.env.CI === '1';
const nothing = { passed: 0, failed: 0, skipped: 0 };
const onePassed = { ...nothing, passed: 1 };
const oneFailed = { ...nothing, failed: 1 };

/** The child at work, to be ended with us. */
let running = null;
let lab = {};

/** Runs a command to its end or its deadline, whichever is first, and answers with what it printed. */
function run([command, ...args], { deadlineMs, env = {} }) {
  return new Promise(resolve => {
    const grouped = process.platform !== 'win32';
    const child = spawn(command, args, { cwd: root, env: toolEnv(env), stdio: ['ignore', 'pipe', 'pipe'], detached: grouped });
    // A test run has children of its own; they end together.
    const end = signal => {
      try {
        if (grouped) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch (error) {
        // Already gone, which is what was wanted.
        if (error.code !== 'ESRCH') throw error;
      }
    };
    running = end;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text));
    const deadline = setTimeout(() => {
      output += `\nStopped: it was not done after ${deadlineMs / minuteMs} minutes.\n`;
      end('SIGKILL');
    }, deadlineMs);
    const done = ok => {
      clearTimeout(deadline);
      running = null;
      resolve({ ok, output });
    };
    child.once('error', error => {
      output += error.message;
      done(false);
    });
    child.once('close', code => done(code === 0));
  });
}

/** A part that passes or fails as a whole. */
const whole = (name, command) => ({
  name,
  async run() {
    const { ok, output } = await run(command(), { deadlineMs: 10 * minuteMs });
    return { counts: ok ? onePassed : oneFailed, output };
  },
});

/** A part that runs tests and leaves a report; `count` reads it. Runs in the lab where there is one. */
const suite = (name, { command, report, env, deadlineMs, count }) => ({
  name,
  async run() {
    const file = join(memory, report);
    mkdirSync(memory, { recursive: true });
    rmSync(file, { force: true });
    const inLab = lab.prefix ? { WARD_LAB: '1' } : { WARD_LAB: undefined };
    const { ok, output } = await run([...(lab.prefix ?? []), ...command(file)], { deadlineMs, env: { ...env?.(file), ...inLab } });
    const counts = existsSync(file) ? count(JSON.parse(readFileSync(file, 'utf8'))) : nothing;
    // A run can fail beside its tests: a file that does not load, an error after the last test, no report at all.
    return { counts: ok || counts.failed > 0 ? counts : { ...counts, failed: 1 }, output };
  },
});

function countVitest({ numPassedTests, numPendingTests, numTodoTests, testResults }) {
  const tests = testResults.flatMap(file => file.assertionResults);
  const failedTests = tests.filter(test => test.status === 'failed').length;
  const brokenFiles = testResults.filter(file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed')).length;
  return { passed: numPassedTests, failed: failedTests + brokenFiles, skipped: numPendingTests + numTodoTests };
}

const countPlaywright = ({ stats, errors }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky + (stats.unexpected === 0 ? errors.length : 0), skipped: stats.skipped });

const script = name => () => [projectNode, join(root, 'scripts', name)];

const parts = [
  whole('types', () => [...tool('typescript', 'tsc'), '--build']),
  whole('lint', () => [...tool('oxlint'), '--type-aware', '--max-warnings', '0']),
  whole('layers', script('check-layers.ts')),
  whole('unused code', () => tool('knip')),
  whole('generated docs', () => [...script('contract-docs.ts')(), '--check']),
  suite('unit and integration', {
    command: file => [...tool('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    report: 'vitest.json', deadlineMs: 20 * minuteMs, count: countVitest,
  }),
  { name: 'build', run: async () => ({ counts: ensureBuilt() ? onePassed : oneFailed, output: '' }) },
  suite('end to end', {
    command: () => [...tool('@playwright/test', 'playwright'), 'test', '--reporter=line,json'],
    env: file => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: file, FORCE_COLOR: '0', ...(findBrowser() ? { WARD_CHROMIUM: findBrowser() } : {}) }),
    report: 'playwright.json', deadlineMs: 40 * minuteMs, count: countPlaywright,
  }),
];

let stopping = false;
const stop = () => {
  if (stopping) return;
  stopping = true;
  // Tests may have things of their own to put away; those that do not come to an end are ended.
  running?.('SIGTERM');
  setTimeout(() => {
    running?.('SIGKILL');
    lab.remove?.();
    process.exit(130);
  }, running ? 2_000 : 0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
onParentGone(stop);

ensureInstalled();
const notes = ensureMachine();
lab = makeLab();
if (lab.problem) notes.push(lab.problem);

const total = { ...nothing };
const add = counts => {
  for (const key of Object.keys(total)) total[key] += counts[key];
};
try {
  for (const part of parts) {
    if (stopping) break;
    const startedAt = Date.now();
    const { counts, output } = await part.run();
    if (stopping) break;
    add(counts);
    if (counts.failed > 0 && output !== '') say(`\n----- ${part.name} -----\n${output.trimEnd()}\n`);
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    say(`${counts.failed > 0 ? 'FAILED' : 'ok    '} ${part.name}: ${counts.passed} passed, ${counts.failed} failed${skipped} (${((Date.now() - startedAt) / 1_000).toFixed(1)} s)`);
  }
} finally {
  lab.remove?.();
}

// On a computer that is meant to run everything, something missing would hide what it tests.
if (isCi) add({ ...nothing, failed: notes.length });
for (const note of notes) say(`${isCi ? 'FAILED' : 'Note'}: ${note}.`);
const ok = total.failed === 0 && total.passed > 0 && !stopping;
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`, () => process.exit(stopping ? 130 : ok ? 0 : 1));
