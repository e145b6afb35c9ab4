/**
 * What every command needs before it starts: the packages of the lock file, the project's own Node, and a build of the present sources.
 * Plain JavaScript without dependencies, for any Node from 20 on: it runs before anything is installed. Says what it does on stderr.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = join(root, 'node_modules');
/** Where commands remember things between runs; goes with the packages. */
export const memory = join(packages, '.cache', 'ward-console');
/** Node 24 of the npm package `node`. */
export const projectNode = process.platform === 'win32' ? join(packages, 'node', 'bin', 'node.exe') : join(packages, '.bin', 'node');
/** The engine with the browser console, as built. */
export const headless = join(root, 'out', 'main', 'engine', 'headless.js');

export const say = text => void process.stderr.write(`${text}\n`);
const readJson = file => JSON.parse(readFileSync(file, 'utf8'));

/** Prints one sentence and ends the command. */
export function giveUp(sentence) {
  say(sentence);
  process.exit(1);
}

/** The environment of everything we start: our Node and tools come first, and servers that Debian keeps outside a user's PATH are found. */
export function toolEnv(more = {}) {
  const paths = [join(packages, '.bin'), process.env.PATH ?? '', ...(process.platform === 'win32' ? [] : ['/usr/sbin', '/sbin'])];
  return { ...process.env, PATH: paths.join(delimiter), ...more };
}

/** The command line that runs a tool of an installed package under the project's Node. */
export function tool(packageName, binary = packageName) {
  const home = join(packages, ...packageName.split('/'));
  return [projectNode, join(home, readJson(join(home, 'package.json')).bin[binary])];
}

/** Installs the packages unless exactly those of the lock file are there, and makes sure that the project's Node runs. */
export function ensureInstalled() {
  if (!isInstalled()) {
    say('Installing packages (about a minute the first time) …');
    install();
  }
  if (nodeRuns()) return;
  // Install scripts are off, so this one package is set up by itself: it fetches the binary for this platform as one more package.
  say('Setting up Node 24 …');
  const { output } = npm(['rebuild', 'node', '--no-audit', '--no-fund']);
  if (!nodeRuns()) giveUp(`${output}\nThe project's Node 24 could not be set up; delete node_modules and try again.`);
}

/** Compares the lock file with npm's own note of what it installed last, package by package. Optional ones may be for other platforms. */
function isInstalled() {
  const note = join(packages, '.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = readJson(note).packages;
  return Object.entries(readJson(join(root, 'package-lock.json')).packages).every(
    ([path, wanted]) => path === '' || wanted.optional || wanted.devOptional || (installed[path]?.version === wanted.version && installed[path]?.integrity === wanted.integrity),
  );
}

/**
 * Install scripts stay off: none but that of `node` is needed, and npm 10 would compile better-sqlite3, whose package brings its binaries.
 * npm 11.16 and later refuse with `npm ci` a lock file that lacks optional packages of other platforms (npm/cli#9846), which `npm install` takes.
 */
function install() {
  const common = ['--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const first = npm(['ci', ...common]);
  if (first.ok) return;
  const onlyPlatforms = /code EUSAGE/.test(first.output) && /Missing: \S+@ from lock file/.test(first.output);
  const last = onlyPlatforms ? npm(['install', '--no-save', ...common]) : first;
  if (!last.ok) giveUp(`${last.output}\nThe packages could not be installed; npm says why above.`);
}

/** Runs npm itself: the one that runs us, else the one on the PATH; under the Node that npm runs on, since ours may be about to be replaced. */
function npm(args) {
  const env = { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' };
  const options = { cwd: root, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout: 20 * 60_000 };
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const mine = script !== undefined && /npm-cli\.c?js$/.test(script);
  const result = mine ? spawnSync(node ?? process.execPath, [script, ...args], options) : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  return { ok: result.status === 0, output: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? `${result.error.message}\n` : ''}`.trimEnd() };
}

function nodeRuns() {
  if (!existsSync(projectNode)) return false;
  const wanted = readJson(join(root, 'package.json')).devDependencies.node;
  const { stdout } = spawnSync(projectNode, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  return stdout?.trim() === `v${wanted}`;
}

const buildNote = join(root, 'out', '.sources');
const sources = ['electron', 'renderer', 'shared', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];

/** Builds main, engine, preload and page unless out/ was made from exactly the present sources. Returns false, with the tool's output printed, when that fails. */
export function ensureBuilt() {
  const wanted = sourcesHash();
  if (existsSync(headless) && existsSync(buildNote) && readFileSync(buildNote, 'utf8') === wanted) return true;
  say('Building …');
  const [node, script] = tool('electron-vite');
  rmSync(buildNote, { force: true });
  const { status, stdout, stderr } = spawnSync(node, [script, 'build'], { cwd: root, env: toolEnv(), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout: 10 * 60_000 });
  if (status === 0) {
    mkdirSync(dirname(buildNote), { recursive: true });
    writeFileSync(buildNote, wanted);
    return true;
  }
  say(`${stdout}${stderr}\nThe build failed; the reason is above.`);
  return false;
}

/** Of names and contents, so that neither a checkout nor a copy of the folder makes a build look old or new. */
function sourcesHash() {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(source => filesOf(join(root, source))).sort()) {
    hash.update(`${relative(root, file).split(sep).join('/')}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (/\.[a-z.]+$/.test(path) && sources.includes(relative(root, path))) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap(entry => {
    const at = join(path, entry.name);
    return entry.isDirectory() ? filesOf(at) : /\.test\.tsx?$/.test(entry.name) ? [] : [at];
  });
}
