/** Makes `import 'electron'` and `require('electron')` mean the stand-in, in the process that loads this first. */
import { registerHooks } from 'node:module';

const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main' ? { url: standIn, format: 'module-typescript', shortCircuit: true } : next(specifier, context),
});
