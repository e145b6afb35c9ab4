/** The command line of `npm run ward`, read into what is to be done, or into the sentence that says what is wrong with it. */
import { api } from '../shared/api/index.ts';

export type OperationName = keyof typeof api;

export type WardCall = {
  readonly name: OperationName;
  /** null: no JSON was given. '-': it is on standard input. */
  readonly json: string | null;
  readonly dataDir: string | null;
  /** Print the rows there are and end, instead of following a live operation. */
  readonly once: boolean;
};

export type WardArguments = { readonly kind: 'call'; readonly call: WardCall } | { readonly kind: 'list' } | { readonly kind: 'selftest' } | { readonly kind: 'wrong'; readonly sentence: string };

const wrong = (sentence: string): WardArguments => ({ kind: 'wrong', sentence });
const isOperation = (name: string): name is OperationName => Object.hasOwn(api, name);

/** Reads the arguments after `npm run ward --`. Options may stand anywhere. Never throws. */
export function readArguments(argv: readonly string[]): WardArguments {
  const words: string[] = [];
  let dataDir: string | null = null;
  let once = false;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--help' || word === '-h') return { kind: 'list' };
    if (word === '--once') once = true;
    else if (word === '--data') dataDir = argv[++at] ?? '';
    else if (word.startsWith('--data=')) dataDir = word.slice('--data='.length);
    else if (word.startsWith('--')) return wrong(`There is no option "${word}"; there are --data DIR and --once.`);
    else words.push(word);
    if (dataDir === '') return wrong('"--data" needs a folder: --data DIR.');
  }
  const [name, json = null, ...rest] = words;
  if (name === undefined) return { kind: 'list' };
  // Not an operation: it works without a console.
  if (name === 'selftest') return json === null ? { kind: 'selftest' } : wrong('selftest takes nothing else.');
  if (!isOperation(name)) return wrong(unknownOperation(name));
  if (rest.length > 0) return wrong(`${name} takes one JSON value; put it in quotes: npm run -s ward -- ${name} '{"…": …}'.`);
  if (once && api[name].kind !== 'live') return wrong(`${name} is a ${api[name].kind} and answers once anyway; leave out --once.`);
  return { kind: 'call', call: { name, json, dataDir, once } };
}

/** Every operation with its kind, one a line. */
export function listing(): string {
  const names = Object.keys(api).sort();
  const width = Math.max(...names.map(name => name.length)) + 2;
  // `Object.keys` forgets that the names are those of the contract.
  return names.map(name => `${name.padEnd(width)}${api[name as OperationName].kind}`).join('\n');
}

function unknownOperation(name: string): string {
  const near = Object.keys(api).map(known => ({ known, distance: editDistance(name.toLowerCase(), known.toLowerCase()) })).sort((a, b) => a.distance - b.distance)[0];
  const advice = near && near.distance <= Math.max(3, name.length / 3) ? `did you mean ${near.known}?` : '"npm run -s ward" lists them.';
  return `There is no operation "${name.slice(0, 60)}"; ${advice}`;
}

/** How many letters must be put in, left out or replaced to make one word the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

export type ReadJson = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'wrong'; readonly sentence: string };

/** Parses JSON, or says where it goes wrong. */
export function readJson(text: string): ReadJson {
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'value', value };
  } catch (error) {
    // `JSON.parse` throws nothing but SyntaxErrors.
    const reason = (error as SyntaxError).message;
    const at = placeOf(text, reason);
    const before = text.slice(0, at).split('\n');
    const found = at >= text.length ? 'it ends too early' : `unexpected ${JSON.stringify(text.charAt(at))}`;
    return { kind: 'wrong', sentence: `The JSON is malformed at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: ${found}.` };
  }
}

/** V8 tells the position of most errors; of an unexpected token it does not, but the shortest beginning that has one ends with it. */
function placeOf(text: string, reason: string): number {
  const told = /at position (\d+)/.exec(reason)?.[1];
  if (told !== undefined) return Number(told);
  if (!reason.startsWith('Unexpected token')) return text.length;
  for (let length = 1; length < Math.min(text.length, 4_000); length++) {
    try {
      JSON.parse(text.slice(0, length));
    } catch (error) {
      // As above: a SyntaxError.
      if ((error as SyntaxError).message.startsWith('Unexpected token')) return length - 1;
    }
  }
  return text.length - 1;
}
