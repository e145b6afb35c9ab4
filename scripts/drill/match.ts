/** Compares what an operator got with what they should have got. Pure: every incident and every message must be matched by exactly one expectation. */
import type { ExpectedIncident, Happening, TimeOfDay } from './scenario.ts';
import { sayTime, timeOf } from './scenario.ts';
import type { SeenIncident, SeenMessage } from './seen.ts';

export type Outcome = {
  readonly happening: Happening;
  readonly expected: ExpectedIncident;
  /** Null: missed. */
  readonly seen: SeenIncident | null;
  readonly messages: readonly SeenMessage[];
};

export type Verdict = {
  readonly outcomes: readonly Outcome[];
  /** Nobody wanted them. */
  readonly surplusIncidents: readonly SeenIncident[];
  readonly surplusMessages: readonly SeenMessage[];
  /** What was missed, what was too much, and what was not as it should be, a sentence each. */
  readonly differences: readonly string[];
  /** Of incidents and messages together. */
  readonly matched: number;
  readonly expected: number;
  readonly got: number;
};

const usualFoundS = 15;
const usualOverS = 15;
const usualMessageMs = 60_000;

type ExpectedMessage = { readonly to: string; readonly kind: string; readonly title: string; readonly fromMs: number; readonly untilMs: number; readonly said: string };

/** "07:10 problem", "07:10..07:14 problem: Another title". */
function messageOf(to: string, text: string, title: string): ExpectedMessage {
  const [, from, until, kind, own] = /^([\d:]+)(?:\.\.([\d:]+))? (problem|update|flapping|recovery)(?:: (.+))?$/.exec(text) ?? [];
  if (from === undefined || kind === undefined) throw new Error(`"${text}" is not a message such as "07:10 problem"`);
  const fromMs = timeOf(from);
  return { to, kind, title: own ?? title, fromMs, untilMs: until === undefined ? fromMs + usualMessageMs : timeOf(until), said: `${kind} "${own ?? title}" to ${to} at ${until === undefined ? from : `${from} to ${until}`}` };
}

const within = (ms: number | null, from: TimeOfDay, byS: number): boolean => ms !== null && ms >= timeOf(from) && ms <= timeOf(from) + byS * 1_000;

/** The first way in which an incident is another than expected; null: it is that one. */
function otherwise({ row, openedMs, closedMs }: SeenIncident, wanted: ExpectedIncident): string | null {
  const { foundS = usualFoundS, overS = usualOverS } = wanted;
  if (row.kind !== wanted.kind) return `it is of the kind "${row.kind}", not "${wanted.kind}"`;
  if (row.severity !== wanted.severity) return `it is ${row.severity}, not ${wanted.severity}`;
  if (wanted.fault !== undefined && row.fault !== wanted.fault) return `its fault is said to lie with "${row.fault}", not "${wanted.fault}"`;
  if (!within(openedMs, wanted.since, foundS)) return `it was on the board at ${sayTime(openedMs)}, not within ${foundS} s of ${wanted.since}`;
  if (wanted.until === null) return closedMs === null ? null : `it was closed at ${sayTime(closedMs)}, and should still be open`;
  if (closedMs === null) return `it is still open, and should have been closed at ${wanted.until}`;
  return within(closedMs, wanted.until, overS) ? null : `it was closed at ${sayTime(closedMs)}, not within ${overS} s of ${wanted.until}`;
}

export function compare(happenings: readonly Happening[], incidents: readonly SeenIncident[], messages: readonly SeenMessage[]): Verdict {
  const differences: string[] = [];
  const free = new Set(incidents);
  const unclaimed = new Set(messages);
  let expected = 0;
  let matched = 0;
  const outcomes: Outcome[] = [];
  for (const happening of happenings) {
    for (const wanted of happening.incidents) {
      const named = [...free].filter(({ row }) => row.title === wanted.title);
      const seen = named.find(each => otherwise(each, wanted) === null) ?? null;
      expected++;
      // What is nearly it is compared further, so that its messages are not all told as missed.
      const near = seen ?? named.toSorted((a, b) => Math.abs(a.openedMs - timeOf(wanted.since)) - Math.abs(b.openedMs - timeOf(wanted.since)))[0] ?? null;
      if (seen) {
        matched++;
        free.delete(seen);
      } else differences.push(near ? `Not as expected: "${wanted.title}" of ${wanted.since}: ${otherwise(near, wanted) ?? ''}.` : `Missed: "${wanted.title}" of ${wanted.since} was not on the board.`);
      const its = near ? [...unclaimed].filter(({ content }) => content.incidentId === near.row.id) : [];
      const claimed: SeenMessage[] = [];
      for (const [to, texts] of Object.entries(wanted.told)) {
        for (const text of texts) {
          expected++;
          const message = messageOf(to, text, wanted.title);
          const found = its.find(each => unclaimed.has(each) && isThat(each, message));
          if (!found) {
            differences.push(`Missed: ${message.said}.`);
            continue;
          }
          matched++;
          unclaimed.delete(found);
          claimed.push(found);
        }
      }
      outcomes.push({ happening, expected: wanted, seen, messages: claimed });
    }
  }
  for (const { row, openedMs } of free) differences.push(`Too much: the incident "${row.title}" (${row.kind}, ${row.severity}) came up at ${sayTime(openedMs)}.`);
  for (const { to, atMs, content } of unclaimed) differences.push(`Too much: ${content.kind} "${content.title}" reached ${to} at ${sayTime(atMs)}.`);
  return { outcomes, surplusIncidents: [...free], surplusMessages: [...unclaimed], differences, matched, expected, got: incidents.length + messages.length };
}

const isThat = ({ to, atMs, content }: SeenMessage, wanted: ExpectedMessage): boolean => to === wanted.to && content.kind === wanted.kind && content.title === wanted.title && atMs >= wanted.fromMs && atMs <= wanted.untilMs;
