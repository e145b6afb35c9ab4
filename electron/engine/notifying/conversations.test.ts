/** Planner, outbox and courier together, over random histories of incidents, senders and restarts: what a recipient gets is always a whole story. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { suppressions } from '../../../shared/model/alert.ts';
import type { TargetId } from '../../../shared/model/ids.ts';
import type { IncidentRow } from '../../../shared/model/incident.ts';
import type { MessageRow } from '../../../shared/model/notification.ts';
import { severities } from '../../../shared/model/rule.ts';
import { incidentId, incidentRow, messageId, recipient, startedAt, view } from '../alerting/incident-for-tests.ts';
import { plan, type IncidentView } from '../alerting/routing.ts';
import type { ToldBook } from '../alerting/told.ts';
import { ManualClock, type Clock } from '../clock.ts';
import { OutboxForTests } from '../outbox-for-tests.ts';
import { Courier } from './courier.ts';
import type { Delivery, Sent } from './sender.ts';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
const incidents = [0, 1, 2];
const outbox = new OutboxForTests();

type Step =
  | { readonly kind: 'incident'; readonly of: number; readonly change: (before: IncidentView, now: number) => IncidentView }
  | { readonly kind: 'restart'; readonly how: 'stop' | 'crash' }
  | { readonly kind: 'expire' };
type Played = { readonly step: Step; readonly thenMs: number };

/** How the network answers an attempt. `late`: delivered at once, answered later. `down`: nothing gets through for so long. */
type Answer = { readonly kind: 'sent' | 'late' | 'retry' | 'refused' | 'never' | 'down' | 'throws'; readonly ms: number };

const changes: readonly (readonly [name: string, change: (before: IncidentView, now: number, pick: number) => IncidentView])[] = [
  ['opens', (before, now) => with_(before, { closedAt: null, openedAt: before.row.closedAt === null ? before.row.openedAt : now, mergedInto: null })],
  ['is gathered', before => with_(before, {}, { gathered: true })],
  ['is suppressed', (before, _now, pick) => with_(before, { suppression: { reason: suppressions[pick % suppressions.length] ?? 'blind', until: null, detail: '' } })],
  ['is released', before => with_(before, { suppression: null })],
  ['is acknowledged', (before, now) => with_(before, { acknowledgedAt: now, acknowledgedBy: 'Nino', suppression: { reason: 'acknowledged', until: null, detail: 'Nino' } })],
  ['begins to flap', before => with_(before, { flapping: true, suppression: { reason: 'flapping', until: null, detail: '' } })],
  ['flaps no more', before => with_(before, { flapping: false, suppression: null })],
  ['changes severity', (before, _now, pick) => with_(before, { severity: severities[pick % severities.length] ?? 'low' })],
  ['grows', (before, _now, pick) => with_(before, { kind: (['device', 'branch', 'isps'] as const)[pick % 3] ?? 'device' })],
  ['closes', (before, now) => with_(before, { closedAt: now })],
  ['merges', (before, now) => with_(before, { closedAt: now, mergedInto: { id: incidentId(9), title: 'Kvareli is down' } })],
];

function with_(before: IncidentView, row: Partial<IncidentRow>, more: Partial<IncidentView> = {}): IncidentView {
  return { ...before, ...more, row: { ...before.row, ...row } };
}

const incidentSteps: fc.Arbitrary<Step> = fc.record({ of: fc.constantFrom(...incidents), change: fc.constantFrom(...changes), pick: fc.nat(20) })
  .map(({ of, change: [name, change], pick }) => Object.assign({ kind: 'incident' as const, of, change: (before: IncidentView, now: number) => change(before, now, pick) }, { toString: () => `${of} ${name} ${pick}` }));
const restarts: fc.Arbitrary<Step> = fc.constantFrom({ kind: 'restart', how: 'stop' }, { kind: 'restart', how: 'crash' });
const history = (step: fc.Arbitrary<Step>, times: readonly number[]) => fc.array(fc.record({ step, thenMs: fc.constantFrom(...times) }), { minLength: 1, maxLength: 40, size: 'max' });
const answers = fc.array(fc.record({ kind: fc.constantFrom<Answer['kind'][]>('sent', 'late', 'retry', 'refused', 'never', 'down', 'throws'), ms: fc.constantFrom(0, 3 * second, 2 * minute, 5 * hour) }), { maxLength: 15, size: 'max' });

const everybody = [
  recipient(1),
  recipient(2, { severities: ['critical', 'high'], afterMs: 10 * minute, staleAfterMs: hour }),
  recipient(3, { quietHours: { from: '18:00', to: '22:00', zone: 'Asia/Tbilisi', evenCritical: true }, mostPerHour: 2 }),
];

type Life = { alive: boolean; readonly underWay: Map<TargetId, number>; readonly courier: Courier };
type Told = { readonly at: number; readonly to: TargetId; readonly contents: Delivery['contents'] };

/** A console that is run through a history. What it leaves: what was planned, what arrived, and what became of it. */
class Console {
  readonly clock = new ManualClock(startedAt);
  readonly planned: MessageRow[] = [];
  readonly arrived: Told[] = [];
  readonly became = new Map<string, MessageRow>();
  overlaps = 0;
  readonly #answers: Answer[];
  /** The last has yet to begin. */
  #views = new Map(incidents.map(n => [n, n < 2 ? view(incidentRow(n)) : view(incidentRow(n, { closedAt: startedAt }), { gathered: false })]));
  #downUntil = 0;
  #made = 0;
  #book: ToldBook;
  #life: Life;

  constructor(network: readonly Answer[]) {
    outbox.clear();
    this.#answers = [...network];
    this.#book = outbox.told();
    this.#life = this.#start();
  }

  async play(steps: readonly Played[]): Promise<void> {
    for (const { step, thenMs } of steps) {
      if (step.kind === 'incident') this.#views.set(step.of, step.change(this.#views.get(step.of) ?? view(incidentRow(step.of)), this.clock.now()));
      if (step.kind === 'expire') outbox.expire(this.clock.now());
      if (step.kind === 'restart') await this.#restart(step.how);
      else this.round();
      await this.clock.advance(thenMs);
    }
  }

  /** Everything comes to an end, as suppressed as it is, the network works, and time goes on. */
  async finish(): Promise<void> {
    for (const [n, before] of this.#views) this.#views.set(n, with_(before, { closedAt: before.row.closedAt ?? this.clock.now(), flapping: false }));
    this.#answers.length = 0;
    this.#downUntil = 0;
    for (let rounds = 0; rounds < 8; rounds++) {
      this.round();
      await this.clock.advance(hour);
    }
    await this.clock.advance(8 * hour);
  }

  round(): void {
    const seen = [...this.#views.values()].filter(({ row }) => row.closedAt === null || [...this.#book.incidents].includes(row.id));
    const planned = plan({ incidents: seen, recipients: everybody, told: this.#book, now: this.clock.now(), station: 'NOC', newId: () => messageId(++this.#made) });
    this.planned.push(...planned.messages);
    outbox.write(planned);
    this.#book.apply(planned.told);
    this.#life.courier.wake();
  }

  async #restart(how: 'stop' | 'crash'): Promise<void> {
    if (how === 'stop') {
      const stopped = this.#life.courier.stop();
      await this.clock.advance(15 * second);
      await stopped;
    }
    this.#life.alive = false;
    this.#book = outbox.told();
    this.#life = this.#start();
  }

  #start(): Life {
    const manual = this.clock;
    /** Of a console that is gone no timer runs. */
    const clock: Clock = { now: () => manual.now(), monotonicMs: () => manual.monotonicMs(), uptimeMs: () => manual.uptimeMs(), every: (ms, run) => manual.every(ms, run), after: (ms, run) => manual.after(ms, () => life.alive && run()) };
    const courier = new Courier({
      clock, outbox: outbox.door(() => life.alive), random: () => 0.5, log: () => {},
      recipient: id => {
        const found = everybody.find(each => each.id === id);
        // Who it is for goes with the delivery as its secret.
        return found ? { ...found.input, secret: found.id } : null;
      },
      onChange: (_id, messages) => messages.forEach(message => this.became.set(message.id, message)),
      send: async (delivery, signal) => {
        const to = everybody.find(({ id }) => id === delivery.secret)?.id;
        if (to === undefined) throw new Error('a delivery to nobody');
        const before = life.underWay.get(to) ?? 0;
        this.overlaps += before;
        life.underWay.set(to, before + 1);
        try {
          return await this.#answer(delivery, to, signal, life);
        } finally {
          life.underWay.set(to, before);
        }
      },
    });
    const life: Life = { alive: true, underWay: new Map(), courier };
    courier.wake();
    return life;
  }

  async #answer(delivery: Delivery, to: TargetId, signal: AbortSignal, life: { readonly alive: boolean }): Promise<Sent> {
    const arrive = (): void => void (life.alive && this.arrived.push({ at: this.clock.now(), to, contents: delivery.contents }));
    const wait = (ms: number): Promise<void> => new Promise(resolve => void (ms === 0 ? resolve() : this.clock.after(Math.min(ms, minute), resolve)));
    const { kind, ms } = this.clock.now() < this.#downUntil ? { kind: 'retry', ms: 0 } : this.#answers.shift() ?? { kind: 'sent', ms: 0 };
    switch (kind) {
      case 'late':
        arrive();
        await wait(ms);
        return { kind: 'sent' };
      case 'down':
        this.#downUntil = this.clock.now() + ms;
        return { kind: 'retry', reason: 'No network.', afterMs: null };
      case 'never':
        return new Promise(resolve => signal.addEventListener('abort', () => resolve({ kind: 'retry', reason: 'No answer.', afterMs: null })));
      case 'retry':
        await wait(ms);
        return { kind: 'retry', reason: 'No answer.', afterMs: ms };
      case 'refused':
        await wait(ms);
        return { kind: 'refused', reason: 'No.' };
      case 'throws':
        throw new Error('a bug');
      default:
        await wait(ms);
        arrive();
        return { kind: 'sent' };
    }
  }
}

type Letters = Map<string, string>;
const letterOf = (kind: string): string => (kind === 'problem' ? 'P' : kind === 'recovery' ? 'R' : kind === 'flapping' ? 'F' : 'U');

/** By conversation: the kinds in order, and when they were said. */
function plannedBy(console: Console): Letters {
  const all: Letters = new Map();
  for (const { targetId, incidentId: incident, content } of console.planned) all.set(`${incident} ${targetId}`, `${all.get(`${incident} ${targetId}`) ?? ''}${letterOf(content.kind)}${content.at} `);
  return all;
}

/** The same of what arrived. What arrived twice, as after a crash, is told apart by its id; here by what it is and when it was found. */
function arrivedBy(console: Console): Letters {
  const all: Letters = new Map();
  for (const { to, contents } of console.arrived) {
    for (const { incidentId: incident, kind, at } of contents) {
      const before = all.get(`${incident} ${to}`) ?? '';
      const letter = `${letterOf(kind)}${at} `;
      if (!before.includes(letter)) all.set(`${incident} ${to}`, before + letter);
    }
  }
  return all;
}

const kinds = (letters: string): string => letters.replaceAll(/[\d ]/g, '');
const isWithin = (part: string, whole: string): boolean => {
  const rest = whole.split(' ');
  return part.trim().split(' ').every(word => {
    const found = rest.indexOf(word);
    rest.splice(0, found + 1);
    return found !== -1;
  });
};

test('whatever happens, and whenever the console stops: every story that begins ends once, in order, and none ends that did not begin', async () => {
  const steps = history(fc.oneof({ weight: 12, arbitrary: incidentSteps }, { weight: 2, arbitrary: restarts }, { weight: 1, arbitrary: fc.constant<Step>({ kind: 'expire' }) }), [second, second, 30 * second, 10 * minute, 2 * hour]);
  let told = 0;
  await fc.assert(fc.asyncProperty(steps, answers, async (played, network) => {
    const console = new Console(network);
    await console.play(played);
    await console.finish();
    const planned = plannedBy(console);
    const failedEnds = new Set([...console.became.values()].filter(({ state, content }) => state === 'failed' && content.kind === 'recovery').map(({ incidentId: incident, targetId: target }) => `${incident} ${target}`));
    for (const letters of planned.values()) expect(kinds(letters)).toMatch(/^(P[UF]*R)+$/);
    for (const [conversation, letters] of arrivedBy(console)) {
      told += 1;
      expect(kinds(letters)).toMatch(failedEnds.has(conversation) ? /^(P[UF]*R?)*$/ : /^(P[UF]*R)+$/);
      expect(isWithin(letters, planned.get(conversation) ?? '')).toBe(true);
    }
    expect(console.overlaps).toBe(0);
    expect([...console.became.values()].filter(({ state }) => state === 'waiting')).toEqual([]);
  }), { numRuns: 80 });
  expect(told).toBeGreaterThan(200);
}, 120_000);

test('a restart between rounds changes no message: neither what is said nor when', async () => {
  const steps = history(incidentSteps, [second, 20 * second, 10 * minute]);
  await fc.assert(fc.asyncProperty(steps, fc.array(fc.boolean(), { maxLength: 40 }), async (played, restarted) => {
    const [through, stopped] = [played, played.flatMap((each, i): Played[] => (restarted[i] === true ? [each, { step: { kind: 'restart', how: 'crash' }, thenMs: 0 }] : [each]))];
    const results: unknown[] = [];
    for (const all of [through, stopped]) {
      const console = new Console([]);
      await console.play(all);
      await console.finish();
      results.push([console.planned, console.arrived]);
    }
    expect(results[1]).toEqual(results[0]);
  }), { numRuns: 40 });
}, 120_000);
