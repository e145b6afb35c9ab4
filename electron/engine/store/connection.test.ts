/** What one connection sees of what another writes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configureWriter, connectTo, inSnapshot, openForReading } from './connection.ts';

test('a question of several statements is answered from one moment, whatever is written between them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ward-connection-'));
  const writer = connectTo(join(folder, 'a.db'));
  configureWriter(writer);
  writer.exec('CREATE TABLE chunk (id INTEGER PRIMARY KEY); INSERT INTO chunk VALUES (1), (2)');
  const reader = openForReading(join(folder, 'a.db'));
  const count = (): unknown => reader.prepare('SELECT count(*) FROM chunk').pluck().get();
  const seen = inSnapshot(reader, () => {
    const first = count();
    writer.exec('DELETE FROM chunk WHERE id = 1');
    return [first, count()];
  });
  expect([...seen, count()]).toEqual([2, 2, 1]);
  reader.close();
  writer.close();
  rmSync(folder, { recursive: true });
});
