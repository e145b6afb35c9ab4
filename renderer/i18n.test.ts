import { expect, test } from 'vitest';

const files = import.meta.glob<Record<string, unknown>>('./locales/*/*.json', { eager: true, import: 'default' });

/** Every key with its path; plural forms count as one, as languages differ in how many they have. */
function keysOf(texts: Readonly<Record<string, unknown>>, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) => {
    const path = `${prefix}${key.replace(/_(zero|one|two|few|many|other)$/, '')}`;
    return typeof value === 'object' && value !== null ? keysOf({ ...value }, `${path}.`) : [path];
  });
}
/** What `of` says about each file of a language, by file name. */
function perFile(language: string, of: (content: Record<string, unknown>) => string[]): Map<string, string[]> {
  const prefix = `./locales/${language}/`;
  return new Map(Object.entries(files).flatMap(([path, content]) => (path.startsWith(prefix) ? [[path.slice(prefix.length), [...new Set(of(content))].toSorted()] as const] : [])));
}

/** What is filled in: a translation that forgets a value would show less, one that misspells it would show braces. */
const holesOf = (content: unknown): string[] => JSON.stringify(content).match(/\{\{\w+\}\}/g) ?? [];

test('both languages have the same texts', () => {
  expect(perFile('en', keysOf).size).toBeGreaterThan(1);
  expect(perFile('ka', keysOf)).toEqual(perFile('en', keysOf));
});

test('both languages fill in the same values', () => {
  expect(perFile('ka', holesOf)).toEqual(perFile('en', holesOf));
});
