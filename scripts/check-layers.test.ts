import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { violations } from './check-layers.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'layers-'));
  for (const folder of ['shared', 'electron', 'renderer']) mkdirSync(join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function plant(file: string, source: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), `${source}\n`);
}

test('the project keeps to its layers', () => {
  expect(violations(dirname(import.meta.dirname))).toEqual([]);
});

test('what the layers allow is not named', () => {
  plant('shared/model/a.ts', "import { z } from 'zod';\nimport { b } from './b.ts';");
  plant('electron/preload/index.ts', "import { ipcRenderer } from 'electron';\nimport type { Shell } from '../../shared/api/shell.ts';");
  plant('electron/main/index.ts', "import { app } from 'electron';\nimport { join } from 'node:path';");
  plant('electron/engine/store/worker.ts', "import Database from 'better-sqlite3';\nimport { systemClock } from '../clock.ts';");
  plant('electron/engine/engine.ts', "import { Store } from './store/store.ts';\nimport { poller } from './polling/poller.ts';");
  plant('electron/engine/alerting/machine.ts', "import type { Severity } from '../../../shared/model/alert.ts';\n// import { x } from 'electron';\n/* import 'react'; */");
  plant('renderer/features/alerts/Page.tsx', "import { Row } from './row.ts';\nimport { DataGrid } from '../../ui/DataGrid.tsx';\nimport React from 'react';");
  plant('shared/rpc/client.test.ts', "import { test } from 'vitest';\nimport { MessageChannel } from 'node:worker_threads';");
  expect(violations(root)).toEqual([]);
});

test('each planted violation is named', () => {
  const planted: [file: string, source: string, named: string][] = [
    ['shared/a.ts', "import { readFile } from 'node:fs';", 'shared/a.ts imports node:fs'],
    ['shared/b.ts', "export * from '../electron/engine/clock.ts';", 'shared/b.ts imports electron/engine/clock.ts'],
    ['electron/engine/c.ts', "import { app } from 'electron';", 'electron/engine/c.ts imports electron'],
    ['electron/engine/d.ts', "import type { Window } from '../main/window.ts';", 'electron/engine/d.ts imports electron/main/window.ts'],
    ['electron/engine/e.ts', "import { useState } from 'react';", 'electron/engine/e.ts imports react'],
    ['electron/engine/f.ts', "const Database = require('better-sqlite3');", 'electron/engine/f.ts imports better-sqlite3'],
    ['electron/engine/store/g.ts', "import { poller } from '../polling/poller.ts';", 'electron/engine/store/g.ts imports electron/engine/polling/poller.ts'],
    ['electron/engine/polling/h.ts', "import { evaluator } from '../alerting/evaluator.ts';", 'electron/engine/polling/h.ts imports electron/engine/alerting/evaluator.ts'],
    ['electron/engine/probes/i.ts', "import { engine } from '../engine.ts';", 'electron/engine/probes/i.ts imports electron/engine/engine.ts'],
    ['electron/engine/alerting/machine.ts', "import { clock } from '../clock.ts';", 'electron/engine/alerting/machine.ts imports electron/engine/clock.ts'],
    ['electron/engine/polling/j.ts', "import koffi from 'koffi';", 'electron/engine/polling/j.ts imports koffi'],
    ['electron/main/k.ts', "const engine = await import('../engine/engine.ts');", 'electron/main/k.ts imports electron/engine/engine.ts'],
    ['electron/main/l.ts', "import 'better-sqlite3';", 'electron/main/l.ts imports better-sqlite3'],
    ['electron/preload/m.ts', "import { shell } from '../../shared/api/shell.ts';", 'electron/preload/m.ts imports shared/api/shell.ts'],
    ['electron/preload/n.ts', "import { join } from 'node:path';", 'electron/preload/n.ts imports node:path'],
    ['renderer/o.tsx', "import { join } from 'node:path';", 'renderer/o.tsx imports node:path'],
    ['renderer/p.ts', "import type { Store } from '../electron/engine/store/store.ts';", 'renderer/p.ts imports electron/engine/store/store.ts'],
    ['renderer/q.tsx', "import {\n  AgGridReact,\n} from 'ag-grid-react';", 'renderer/q.tsx imports ag-grid-react'],
    ['renderer/features/alerts/r.tsx', "import { Form } from '../devices/DeviceForm.tsx';", 'renderer/features/alerts/r.tsx imports renderer/features/devices/DeviceForm.tsx'],
    ['renderer/ui/s.tsx', "import { Form } from '../features/devices/DeviceForm.tsx';", 'renderer/ui/s.tsx imports renderer/features/devices/DeviceForm.tsx'],
    ['electron/stray.ts', "import { x } from './y.ts';", 'electron/stray.ts is in no layer'],
  ];
  for (const [file, source] of planted) plant(file, source);
  const found = violations(root);
  expect(planted.filter(([, , named]) => !found.some(each => each.startsWith(named))).map(([file]) => file)).toEqual([]);
  expect(found).toHaveLength(planted.length);
});
