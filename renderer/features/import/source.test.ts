import { expect, test } from 'vitest';
import { base64Of, maxImportBytes, pastedSource, refusal } from './source.ts';

const never = new AbortController().signal;
const bytesOf = (base64: string) => Uint8Array.from(atob(base64), character => character.charCodeAt(0));

test('bytes that are no text survive the way through base64', async () => {
  const bytes = Uint8Array.from({ length: 1_000_003 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
  const text = await base64Of(new Blob([bytes]), never);
  expect(bytesOf(text)).toEqual(bytes);
});

test('pasted Georgian text travels as UTF-8', async () => {
  const text = await base64Of(pastedSource('name,address\nყვარელი,192.0.2.5').bytes, never);
  expect(new TextDecoder().decode(bytesOf(text))).toBe('name,address\nყვარელი,192.0.2.5');
});

test('reading stops when the dialog is closed', async () => {
  const closed = new AbortController();
  const reading = base64Of(new Blob(['name,address']), closed.signal);
  closed.abort();
  await expect(reading).rejects.toHaveProperty('name', 'AbortError');
});

test('an empty file and one over 30 MB are refused, one of exactly 30 MB is not', () => {
  const ofSize = (size: number) => refusal({ name: 'estate.csv', bytes: new Blob([new Uint8Array(size)]) });
  expect([ofSize(0), ofSize(1), ofSize(maxImportBytes), ofSize(maxImportBytes + 1)]).toEqual(['empty', null, null, 'too-big']);
});
