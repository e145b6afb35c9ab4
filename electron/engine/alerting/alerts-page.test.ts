/** The page for administrators lists what ships. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtInRules } from './built-in-rules.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/alerts.md'), 'utf8');

/** By name: the severity, and the rest of the row. */
const rows = new Map([...page.matchAll(/^\| ([^|]+) \| [^|]+ \| (critical|high|medium|low) \| (.+) \|$/gm)].map(([, name = '', severity = '', rest = '']) => [name.trim(), { severity, numbers: new Set(rest.match(/\d+/g)) }]));

test('docs/alerts.md lists every rule that ships with its severity, and with the values of its parameters', () => {
  const listed = builtInRules.map(({ name, severity, parameters }) => {
    const row = rows.get(name);
    return { name, severity: row?.severity, unsaid: parameters.filter(({ value }) => row?.numbers.has(String(value)) !== true).map(each => each.name), shipped: severity };
  });
  expect(listed).toEqual(builtInRules.map(({ name, severity }) => ({ name, severity, unsaid: [], shipped: severity })));
});

test('docs/alerts.md lists no rule that does not ship', () => {
  const names = new Set(builtInRules.map(({ name }) => name));
  expect([...rows.keys()].filter(name => !names.has(name))).toEqual([]);
});
