/** What a message says to people: its subject, and its text in paragraphs of lines. Times are those of this computer's zone, with the offset from UTC. */
import type { MessageContent, MessageKind } from '../../../shared/model/notification.ts';
import { severities } from '../../../shared/model/rule.ts';
import { oneLine } from './strangers.ts';

export type Wording = { readonly subject: string; readonly paragraphs: readonly (readonly string[])[] };

const mostNames = 20;
const mostEvidence = 20;
const mostInDigest = 50;
const longestText = 500;
/** What is sent later than this after it happened says so. */
const lateMs = 300_000;

/** Of one message, or of several gathered into one. `now`: when it is sent. */
export function wordingOf(contents: readonly MessageContent[], now: number): Wording {
  const [first, ...others] = contents;
  return first && others.length === 0 ? single(first, now) : digest(contents, now);
}

/** The paragraphs as plain text. */
export const plainText = (paragraphs: Wording['paragraphs']): string => paragraphs.map(lines => lines.join('\n')).join('\n\n');

/** The one of several that the whole is about: the worst that is not over; else the first. */
export function leadingOf(contents: readonly MessageContent[]): MessageContent | undefined {
  return contents.filter(({ kind }) => kind !== 'recovery').toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))[0] ?? contents[0];
}

/** Cut before `most` letters, with an ellipsis, never within a letter. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '').trimEnd()}…`;
}

function single(content: MessageContent, now: number): Wording {
  return {
    subject: subjectOf(content),
    paragraphs: present([
      [said(content.verdict)],
      content.evidence.length > 0 ? ['What shows it:', ...content.evidence.slice(0, mostEvidence).map(line => `- ${said(line)}`), ...more(content.evidence.length - mostEvidence)] : [],
      [affectedOf(content), placeOf(content)],
      [...timesOf(content), lateness(content, now)],
      [content.station === '' ? '' : `Sent by ${said(content.station)}.`],
    ]),
  };
}

function digest(contents: readonly MessageContent[], now: number): Wording {
  const counts = kindsInOrder.flatMap(kind => {
    const its = contents.filter(content => content.kind === kind).length;
    return its > 0 ? [`${its} ${kind.toUpperCase()}`] : [];
  });
  const leading = leadingOf(contents);
  const worst = leading && leading.kind !== 'recovery' ? `, worst ${leading.severity}` : '';
  const stations = [...new Set(contents.map(({ station }) => said(station)).filter(station => station !== ''))];
  return {
    subject: `${contents.length} messages: ${counts.join(', ')}${worst}`,
    paragraphs: present([
      ...contents.slice(0, mostInDigest).map(content => [subjectOf(content), said(content.verdict), affectedOf(content), ...timesOf(content).slice(0, 1), lateness(content, now)]),
      more(contents.length - mostInDigest),
      [stations.length > 0 ? `Sent by ${stations.join(', ')}.` : ''],
    ]),
  };
}

const kindsInOrder: readonly MessageKind[] = ['problem', 'update', 'flapping', 'recovery', 'test'];

/** "PROBLEM critical: Kvareli is down"; of what is over how long it was: "RECOVERY critical: Kvareli was down for 4 min 12 s". */
function subjectOf(content: MessageContent): string {
  const title = said(content.title, 200);
  if (content.kind === 'test') return `TEST: ${title}`;
  return `${content.kind.toUpperCase()} ${content.severity}: ${content.kind === 'recovery' ? pastOf(title, durationOf(content)) : title}`;
}

const pastOf = (title: string, duration: string): string => (/ (is|are) down$/.test(title) ? `${title.replace(/ is down$/, ' was down').replace(/ are down$/, ' were down')} for ${duration}` : `${title} (over, after ${duration})`);

function affectedOf({ affected, affectedCount }: MessageContent): string {
  if (affected.length === 0) return affectedCount > 0 ? `Affected: ${affectedCount}` : '';
  const names = affected.slice(0, mostNames).map(name => said(name, 120));
  const others = Math.max(affectedCount, affected.length) - names.length;
  return `Affected: ${names.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

function placeOf({ branch, region }: MessageContent): string {
  const places = [branch, region].flatMap(place => (place === null || place === '' ? [] : [said(place, 120)]));
  return places.length > 0 ? `Place: ${places.join(', ')}` : '';
}

function timesOf(content: MessageContent): readonly string[] {
  if (content.kind === 'recovery') return [`Over since ${timeText(content.closedAt ?? content.at)}: it lasted ${durationOf(content)}.`, `Began ${timeText(content.since)}.`];
  return [`Since ${timeText(content.since)}.`, ...(content.at - content.since >= 1_000 ? [`Found ${timeText(content.at)}.`] : [])];
}

const lateness = ({ at }: MessageContent, now: number): string => (now - at > lateMs ? `Sent late: this happened at ${timeText(at)}.` : '');

const durationOf = ({ since, closedAt, at }: MessageContent): string => durationText((closedAt ?? at) - since);

const more = (others: number): string[] => (others > 0 ? [`… and ${others} more`] : []);

const present = (paragraphs: readonly (readonly string[])[]): Wording['paragraphs'] => paragraphs.map(lines => lines.filter(line => line !== '')).filter(lines => lines.length > 0);

const said = (text: string, most = longestText): string => shortened(oneLine(text), most);

/** "2026-03-05 14:03:20 UTC+04:00". */
function timeText(ms: number): string {
  const time = new Date(ms);
  const offsetMin = -time.getTimezoneOffset();
  const two = (value: number): string => String(value).padStart(2, '0');
  const offset = `${offsetMin < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offsetMin) / 60))}:${two(Math.abs(offsetMin) % 60)}`;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())} UTC${offset}`;
}

const parts = [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]] as const;

/** "4 min 12 s", "2 d 3 h": the two greatest units. */
function durationText(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1_000));
  const counted = parts.map(([unit, unitS]) => {
    const count = Math.floor(rest / unitS);
    rest -= count * unitS;
    return { count, unit };
  });
  const first = counted.findIndex(({ count }) => count > 0);
  if (first < 0) return '0 s';
  return counted.slice(first, first + 2).filter(({ count }) => count > 0).map(({ count, unit }) => `${count} ${unit}`).join(' ');
}

