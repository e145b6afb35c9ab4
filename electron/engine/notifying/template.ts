/** The body of a webhook from a Liquid template: no files, bounded in time, memory and length; a name that stands for nothing is an error. */
import type { Liquid } from 'liquidjs';
import type { MessageContent } from '../../../shared/model/notification.ts';
import { oneLine } from './strangers.ts';
import { plainText, wordingOf } from './wording.ts';

/** `problem` is the words for a sentence, with the line. */
export type Rendered = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'problem'; readonly problem: string };

const mostParsed = 20_000;
const mostMemory = 2_000_000;
const mostTimeMs = 200;
const longestBody = 262_144;

/** What a template can name, and what is sent where there is none. */
export function scopeOf(deliveryId: string, contents: readonly MessageContent[], now: number): object {
  const wording = wordingOf(contents, now);
  const messages = contents.map(content => {
    const { subject, paragraphs } = wordingOf([content], now);
    return { ...content, subject, text: plainText(paragraphs), sinceIso: iso(content.since), atIso: iso(content.at), closedAtIso: content.closedAt === null ? null : iso(content.closedAt) };
  });
  return { delivery: deliveryId, subject: wording.subject, text: plainText(wording.paragraphs), message: messages[0], messages };
}

const iso = (ms: number): string => new Date(ms).toISOString();

let loaded: Promise<Liquid> | null = null;

/** Most consoles never need it. */
const liquid = (): Promise<Liquid> => (loaded ??= load());

async function load(): Promise<Liquid> {
  const library = await import('liquidjs');
  // Templates of a map that is empty: nothing is ever read from a file. Parts and layouts would need one, so a tag for them is an error of the template.
  const engine = new library.Liquid({ templates: {}, strictVariables: true, strictFilters: true, lenientIf: true, ownPropertyOnly: true, parseLimit: mostParsed, renderLimit: mostTimeMs, memoryLimit: mostMemory });
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];
  return engine;
}

export async function render(template: string, scope: object): Promise<Rendered> {
  const engine = await liquid();
  try {
    const text: unknown = engine.renderSync(engine.parse(template), scope);
    if (typeof text !== 'string') return { kind: 'problem', problem: 'it makes no text' };
    return text.length > longestBody ? { kind: 'problem', problem: `it makes more than ${longestBody / 1_024} kB` } : { kind: 'text', text };
  } catch (error) {
    return { kind: 'problem', problem: problemOf(error) };
  }
}

/** "line 2: undefined variable: message.titel". */
function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, words = message, line] = /^(.*), line:(\d+), col:\d+/s.exec(message) ?? [];
  const plain = oneLine(words).slice(0, 200)
    .replace('memory alloc limit exceeded', 'it needs too much memory')
    .replace('template render limit exceeded', 'it takes too long')
    .replace('parse length limit exceeded', 'it is too long');
  return line === undefined ? plain : `line ${line}: ${plain}`;
}
