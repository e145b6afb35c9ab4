/** How the shipped files come to be: main and engine keep their module layout, preload is one CommonJS file, the page is bundled. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;

/** Worker threads are started by URL, never imported, so the bundler has to be told of each. */
const workers = readdirSync(join(root, 'electron/engine'), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('worker.ts'))
  .map(file => join('electron/engine', file));
const nodeEntries = ['electron/main/index.ts', 'electron/engine/index.ts', 'electron/engine/headless.ts', ...workers].map(file => join(root, file));

export default defineConfig({
  main: {
    build: {
      // Electron 45 and the npm package `node` both run Node 24.
      target: 'node24',
      sourcemap: true,
      // Bundled, zod is a few modules of what is used; as a dependency it loads every language's messages, ten megabytes of the engine's memory.
      externalizeDeps: { exclude: ['zod'] },
      rolldownOptions: {
        input: nodeEntries,
        // One file per module, so that `new URL('./icmp-worker.js', import.meta.url)` finds the worker where its source had it.
        output: {
          format: 'es',
          preserveModules: true,
          preserveModulesRoot: join(root, 'electron'),
          // A folder called node_modules inside out/ would be left out by the packager.
          entryFileNames: ({ name }) => `${name.replace('node_modules', 'packages')}.js`,
        },
      },
    },
  },
  preload: {
    build: {
      target: 'node24',
      // A sandboxed preload can require nothing but Electron itself and is loaded as CommonJS.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: join(root, 'electron/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: join(root, 'renderer'),
    // Relative, so that the same page works from a file and from the headless console.
    base: './',
    plugins: [react()],
    build: { minify: true, rolldownOptions: { input: join(root, 'renderer/index.html') } },
  },
});
