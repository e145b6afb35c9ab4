/** Who may import whom: the tables of docs/ARCHITECTURE.md, and the check that every import keeps to them. `node scripts/check-layers.ts` names each that does not. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';

/** `may`: folders and files of ours. `packages`: `node:` modules and npm packages; null: any that no other rule refuses. */
type Layer = { readonly in: string; readonly may: readonly string[]; readonly packages: RegExp | null };

const engine = 'electron/engine/';
const inEngine = (...parts: readonly string[]): string[] => [...parts.map(part => engine + part), 'shared/'];
/** Engine files that stand beside the subjects and that every subject may use. */
const common = ['clock.ts', 'zone.ts', 'patience.ts', 'log.ts', 'data-dir.ts', 'pipes.ts', 'vault.ts'];
/** What the engine must stay free of, so that it runs as plain Node. */
const notEngine = /^(?!electron$|electron\/|react|zustand|ag-grid|@mantine\/|i18next)/;

const pageParts = ['renderer/ui/', 'renderer/client/', 'renderer/state/', 'renderer/locales/', 'renderer/i18n.ts', 'shared/'];

/** The first row whose folder holds a file decides. Engine subjects: arrows point one way, and those of one rank do not know each other. */
const layers: readonly Layer[] = [
  { in: 'shared/', may: ['shared/'], packages: /^zod(\/|$)/ },
  { in: 'electron/preload/', may: ['electron/preload/', 'shared/'], packages: /^electron$/ },
  { in: 'electron/main/', may: ['electron/main/', 'shared/'], packages: /^(node:|electron$|zod$)/ },
  { in: `${engine}store/`, may: inEngine('store/', 'clock.ts', 'log.ts'), packages: notEngine },
  { in: `${engine}probes/`, may: inEngine('probes/', 'clock.ts', 'log.ts', 'patience.ts'), packages: notEngine },
  { in: `${engine}alerting/`, may: inEngine('alerting/', ...common), packages: notEngine },
  { in: `${engine}notifying/`, may: inEngine('notifying/', ...common), packages: notEngine },
  { in: `${engine}maintenance/`, may: inEngine('maintenance/', ...common), packages: notEngine },
  { in: `${engine}live/`, may: inEngine('live/', ...common), packages: notEngine },
  { in: `${engine}polling/`, may: inEngine('polling/', 'probes/', ...common), packages: notEngine },
  { in: `${engine}sync/`, may: inEngine('sync/', ...common), packages: notEngine },
  { in: `${engine}serving/`, may: inEngine('serving/', ...common), packages: notEngine },
  { in: `${engine}desk/`, may: inEngine('desk/', 'alerting/', 'maintenance/', 'notifying/', 'live/', 'store/', ...common), packages: notEngine },
  { in: `${engine}inventory/`, may: inEngine('inventory/', 'alerting/', 'live/', 'polling/', 'store/', ...common), packages: notEngine },
  { in: `${engine}storage/`, may: inEngine('storage/', 'live/', 'store/', ...common), packages: notEngine },
  // The api and the files that put the engine together.
  { in: engine, may: [engine, 'shared/'], packages: notEngine },
  // What features are made of does not know them.
  { in: 'renderer/ui/', may: pageParts, packages: null },
  { in: 'renderer/client/', may: pageParts, packages: null },
  { in: 'renderer/state/', may: pageParts, packages: null },
  { in: 'renderer/', may: ['renderer/', 'shared/'], packages: null },
];

/** Never in the page, whatever its row says. */
const notInPage = /^(node:|electron$|electron\/|better-sqlite3|koffi|net-snmp|ws$)/;

/** Only these files and folders may import the package. */
const soleUsers: readonly (readonly [packages: RegExp, users: readonly string[]])[] = [
  [/^better-sqlite3/, ['electron/engine/store/']],
  [/^ag-grid-/, ['renderer/ui/DataGrid.tsx']],
  [/^electron(\/|$)/, ['electron/main/', 'electron/preload/']],
  [/^(koffi|net-snmp)/, ['electron/engine/probes/']],
  [/^csv-parse/, ['electron/engine/inventory/']],
  [/^nodemailer/, ['electron/engine/notifying/smtp.ts']],
  [/^liquidjs/, ['electron/engine/notifying/template.ts']],
  [/^rrule-temporal/, ['electron/engine/maintenance/']],
  [/^pg$/, ['electron/engine/sync/postgres.ts']],
  [/^uplot/, ['renderer/ui/Chart.tsx']],
];

/** Decide by values alone: they may name types, and run nothing of anybody else's. */
const pure = ['electron/engine/alerting/machine.ts', 'electron/engine/probes/ping/icmp-packet.ts'];

type Import = { readonly specifier: string; readonly typeOnly: boolean };

const statement = /^[ \t]*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]/gm;
const call = /\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]/g;

function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '');
  return [
    ...[...code.matchAll(statement)].map(([, type, specifier = '']) => ({ specifier, typeOnly: type !== undefined })),
    ...[...code.matchAll(call)].map(([, specifier = '']) => ({ specifier, typeOnly: false })),
  ];
}

/** Every import under `root` that breaks a rule, as a sentence each, in the order of the files. Tests may import what they like. */
export function violations(root: string): string[] {
  return ['shared', 'electron', 'renderer'].flatMap(folder => sourceFiles(root, folder)).flatMap(file => {
    const imports = importsOf(readFileSync(join(root, file), 'utf8'));
    return imports.flatMap(each => problem(file, each) ?? []);
  });
}

function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$|\.d\.ts$/.test(entry.name))
    .map(entry => posix(relative(root, join(entry.parentPath, entry.name))))
    .sort();
}

const posix = (path: string): string => path.split(sep).join('/');
const within = (path: string, places: readonly string[]): boolean => places.some(place => path === place || (place.endsWith('/') && path.startsWith(place)));

function problem(file: string, { specifier, typeOnly }: Import): string | null {
  const layer = layers.find(each => file.startsWith(each.in));
  if (!layer) return `${file} is in no layer; scripts/check-layers.ts lists them`;
  if (specifier.startsWith('.')) {
    const target = posix(normalize(join(dirname(file), specifier)));
    if (!within(target, layer.may)) return `${file} imports ${target}, which ${layer.in} may not`;
    if (file.startsWith('electron/preload/') && target.startsWith('shared/') && !typeOnly) return `${file} imports ${target}; preload may take only types from shared/`;
    if (pure.includes(file) && !typeOnly) return `${file} imports ${target}; it decides by values alone and imports nothing`;
    return betweenFeatures(file, target);
  }
  const users = soleUsers.find(([packages]) => packages.test(specifier))?.[1];
  if (users && !within(file, users)) return `${file} imports ${specifier}; only ${users.join(' and ')} may`;
  if (pure.includes(file) && !typeOnly) return `${file} imports ${specifier}; it decides by values alone and imports nothing`;
  const refused = file.startsWith('renderer/') ? notInPage.test(specifier) : layer.packages !== null && !layer.packages.test(specifier);
  return refused ? `${file} imports ${specifier}, which ${layer.in} may not` : null;
}

/** A feature is changed without reading the others. */
function betweenFeatures(file: string, target: string): string | null {
  const feature = /^renderer\/features\/[^/]+\//.exec(file)?.[0];
  if (feature === undefined) return null;
  const elsewhere = target.startsWith('renderer/features/') && !target.startsWith(feature);
  return elsewhere ? `${file} imports ${target}; a feature does not import another` : null;
}

if (import.meta.main) {
  const found = violations(dirname(import.meta.dirname));
  for (const each of found) console.error(each);
  process.exitCode = found.length > 0 ? 1 : 0;
}
