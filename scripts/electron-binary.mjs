/** Finds Electron's program, or fetches it without ever keeping anybody waiting for a host that does not answer. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, projectNode, root, say, toolEnv } from './setup.mjs';

const home = join(root, 'node_modules', 'electron');
const failureNote = join(memory, 'electron-download.json');
const programs = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const program = programs[process.platform] ?? 'electron';
/** How long the download may bring nothing: before its first byte, and between two. A slow line that brings something is waited for. */
const silenceMs = 15_000;

/** Everything that changes where the download comes from: with another value a failed one is worth trying again. */
const sourceVariables = /^(npm_config_|npm_package_config_)?electron_(mirror|custom_?dir|custom_?filename|custom_?version|config_cache)$|^electron_config_cache$|^(https?|all|no)_proxy$|^electron_get_use_proxy$/i;
const sourceKey = () => JSON.stringify([version(), ...Object.entries(process.env).filter(([name]) => sourceVariables.test(name)).sort(([a], [b]) => (a < b ? -1 : 1))]);
const version = () => JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version;

/**
 * `{path}` of the program, or `{problem}`: half a sentence on why there is none. A failed download is remembered, and not tried again until
 * `retry` or another mirror.
 */
export async function findElectron({ retry }) {
  const own = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (own) return existsSync(join(own, program)) ? { path: join(own, program) } : { problem: `ELECTRON_OVERRIDE_DIST_PATH has no ${program} in it` };
  if (isComplete()) return { path: join(home, 'dist', program) };
  const key = sourceKey();
  const before = retry ? null : rememberedFailure();
  if (before?.key === key) return { problem: `${before.problem} on ${before.at.slice(0, 10)}, "npm start -- --retry-electron" tries again` };
  say(`Downloading Electron ${version()} …`);
  const problem = await download();
  if (problem === null && isComplete()) return { path: join(home, 'dist', program) };
  mkdirSync(memory, { recursive: true });
  writeFileSync(failureNote, JSON.stringify({ key, problem: problem ?? 'its download is incomplete', at: new Date().toISOString() }));
  return { problem: problem ?? 'its download is incomplete' };
}

/** As Electron's own install script sees it: the right version was unpacked to the end. */
function isComplete() {
  const [versionFile, pathFile] = [join(home, 'dist', 'version'), join(home, 'path.txt')];
  if (!existsSync(versionFile) || !existsSync(pathFile) || !existsSync(join(home, 'dist', program))) return false;
  return readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') === version();
}

function rememberedFailure() {
  if (!existsSync(failureNote)) return null;
  try {
    return JSON.parse(readFileSync(failureNote, 'utf8'));
  } catch {
    // A note cut short by a crash says nothing; the download is simply tried again.
    return null;
  }
}

/** Runs Electron's own install script; null when it succeeded. Ends it as soon as nothing has arrived for `silenceMs`. */
async function download() {
  const scratch = mkdtempSync(join(tmpdir(), 'ward-electron-'));
  const child = spawn(projectNode, [join(home, 'install.js')], {
    cwd: root,
    env: toolEnv({ ELECTRON_GET_NO_PROGRESS: '1', ELECTRON_SKIP_BINARY_DOWNLOAD: '', TMPDIR: scratch, TEMP: scratch, TMP: scratch }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', text => (errors = (errors + text).slice(-20_000)));
  const seen = { bytes: 0, at: Date.now(), silent: false };
  const watch = setInterval(() => {
    const bytes = sizeOf(scratch) + sizeOf(join(home, 'dist'));
    if (bytes !== seen.bytes) Object.assign(seen, { bytes, at: Date.now() });
    seen.silent = Date.now() - seen.at >= silenceMs;
    if (seen.silent) child.kill('SIGKILL');
  }, 250);
  try {
    const code = await new Promise(resolve => child.once('error', () => resolve(1)).once('close', resolve));
    if (seen.silent) return `its download brought nothing for ${silenceMs / 1_000} s`;
    return code === 0 ? null : `its download failed (${firstReason(errors)})`;
  } finally {
    clearInterval(watch);
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The innermost cause in a stack trace: "getaddrinfo ENOTFOUND host", "Response code 404 …". */
function firstReason(errors) {
  const lines = errors.split('\n').map(line => line.trim());
  const cause = lines.findLast(line => line.startsWith('[cause]:')) ?? lines.find(line => /error/i.test(line)) ?? 'no reason given';
  const reason = cause.replace(/^\[cause\]:\s*/, '').replace(/^\w*Error:\s*/, '').replace(/\s*\{$/, '').slice(0, 120);
  // All that the script prints when there is no way to the host.
  return reason === 'fetch failed' ? 'no access to its host' : reason;
}

function sizeOf(folder) {
  if (!existsSync(folder)) return 0;
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    // Files may vanish while they are looked at: the download moves them about.
    if (entry.isFile()) bytes += statSync(join(entry.parentPath ?? entry.path, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
