/** Writes docs/contract.md from shared/api and shared/model; with `--check`, fails instead when the page is out of date. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { api, contractHash, contractVersion } from '../shared/api/index.ts';
import { errorCodes } from '../shared/rpc/contract.ts';
import { inline, fields, type Schema } from './schema-text.ts';

const root = join(import.meta.dirname, '..');
const page = join(root, 'docs', 'contract.md');

const kinds = {
  query: 'A question: changes nothing, answered once.',
  command: 'A change: answered once with the new value; refused on a read-only connection.',
  live: 'A set of rows by `id` that keeps itself current. The first batch has `reset: true` and is the whole set; later ones say what to `upsert` and `remove`. The next batch comes when the last was asked past.',
} as const;

/** Every schema that shared/model exports under a name, so that shapes used often are written once. */
async function namedSchemas(): Promise<ReadonlyMap<string, z.ZodType>> {
  const named = new Map<string, z.ZodType>();
  for (const file of readdirSync(join(root, 'shared/model')).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts')).sort()) {
    const exported: unknown = await import(`../shared/model/${file}`);
    // A module's namespace is an object of its exports.
    for (const [name, value] of Object.entries(exported as object)) if (value instanceof z.ZodType) named.set(name, value);
  }
  return named;
}

/** What the comment before an operation in shared/api says of it. */
function descriptions(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(join(root, 'shared/api')).filter(name => name.endsWith('.ts'))) {
    const source = readFileSync(join(root, 'shared/api', file), 'utf8');
    for (const [, comment = '', name = ''] of source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*'([\w.]+)':/g)) {
      found.set(name, comment.replace(/^\s*\*\s?/gm, ' ').replace(/\s+/g, ' ').trim());
    }
  }
  return found;
}

async function write(): Promise<string> {
  const named = await namedSchemas();
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(schema, { id });
  // The JSON schema is plain data whose shape `Schema` describes as far as it is printed.
  const shape = (schema: z.ZodType, io: 'input' | 'output'): Schema => z.toJSONSchema(schema, { io, metadata: registry, unrepresentable: 'any' }) as Schema;
  const used = new Map<string, Schema>();
  const printed = (schema: z.ZodType, io: 'input' | 'output'): string => {
    const { $defs = {}, ...top } = shape(schema, io);
    for (const [name, definition] of Object.entries($defs)) used.set(name, definition);
    // A named schema on its own is its own definition.
    const name = [...named].find(([, each]) => each === schema)?.[0];
    if (name === undefined) return inline(top);
    // Zod answers with a reference and defines it among the $defs, where it was taken up above; only a schema without one is defined right here.
    if (!('$ref' in top)) used.set(name, top);
    return name;
  };
  const says = descriptions();
  const domains = Map.groupBy(Object.entries(api), ([name]) => name.split('.')[0] ?? '');
  const sections = [...domains].map(([domain, operations]) => {
    const entries = operations.map(([name, operation]) => {
      const answer = operation.kind === 'live' ? `Rows: ${printed(operation.row, 'output')}` : `Answer: ${printed(operation.output, 'output')}`;
      return [`### ${name}`, `*${operation.kind}*${says.has(name) ? `. ${says.get(name)}` : ''}`, block(`Input: ${printed(operation.input, 'input')}\n${answer}`)].join('\n\n');
    });
    return [`## ${domain}`, ...entries].join('\n\n');
  });
  const empty = [...used].filter(([name, schema]) => fields(schema).trim() === name).map(([name]) => name);
  if (empty.length > 0) throw new Error(`these shapes would print as their own name: ${empty.join(', ')}`);
  const shapes = [...used].sort(([a], [b]) => a.localeCompare(b, 'en')).map(([name, schema]) => `### ${name}\n\n${block(fields(schema))}`);
  return `${[
    '# The contract',
    `Made by \`node scripts/contract-docs.ts\` from shared/api and shared/model; do not edit. Contract version ${contractVersion}, hash \`${contractHash()}\`.`,
    'Everything that a screen shows or changes goes through these operations, over a MessagePort in Electron and a WebSocket in a browser. `npm run -s ward -- OPERATION [JSON]` calls any of them.',
    Object.entries(kinds).map(([kind, text]) => `- **${kind}**: ${text}`).join('\n'),
    `Failures carry one of these codes and one sentence that says what to do: ${errorCodes.map(code => `\`${code}\``).join(', ')}. \`?\` marks what may be left out; times are UTC in milliseconds.`,
    ...sections,
    '## Shapes',
    ...shapes,
  ].join('\n\n')}\n`;
}

const block = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;

const wanted = await write();
if (!process.argv.includes('--check')) {
  writeFileSync(page, wanted);
} else if (!isCurrent(wanted)) {
  console.error('docs/contract.md does not say what shared/api says; run "node scripts/contract-docs.ts" and commit the page.');
  process.exitCode = 1;
}

function isCurrent(text: string): boolean {
  try {
    return readFileSync(page, 'utf8') === text;
  } catch {
    // A page that is not there is not current, whatever the reason.
    return false;
  }
}
