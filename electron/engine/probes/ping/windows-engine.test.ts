/** The engine over functions that write into the same real memory as those of Windows would, in their layouts. */
import { expect, test } from 'vitest';
import { BatchColumns, echoCode, type IcmpReport, type OtherOutcome } from './icmp-messages.ts';
import { type Oddity, plainEcho } from '../probe.ts';
import { type Slot, WindowsEngine, type WindowsIcmp } from './windows-engine.ts';

type Behaviour = { readonly status: number; readonly from?: readonly number[]; readonly garble?: true } | 'silent' | { readonly error: number };

/** Answers at the next wait, by the last byte of the address. */
class FakeWindows implements WindowsIcmp {
  closed = false;
  readonly slots = new Set<string>();
  readonly #behaviours: Readonly<Record<number, Behaviour>>;
  #due: (() => void)[] = [];
  readonly #parsable = new WeakSet<Slot>();

  constructor(behaviours: Readonly<Record<number, Behaviour>>) {
    this.#behaviours = behaviours;
  }

  send(family: 4 | 6, address: Uint8Array, slot: Slot, payloadBytes: number): number | null {
    const behaviour = this.#behaviours[address.at(-1) ?? 0] ?? { status: 0 };
    if (behaviour !== 'silent' && 'error' in behaviour) return behaviour.error;
    this.slots.add(`${slot.memory.address}+${slot.at}`);
    if (behaviour !== 'silent') this.#due.push(() => this.#answer(family, slot, payloadBytes, behaviour.status, behaviour.from ?? [...address], behaviour.garble === true));
    return null;
  }

  parse(_family: 4 | 6, slot: Slot): number {
    return this.#parsable.has(slot) ? 1 : 0;
  }

  wait(): void {
    const due = this.#due;
    this.#due = [];
    for (const answer of due) answer();
  }

  close(): void {
    this.closed = true;
  }

  #answer(family: 4 | 6, slot: Slot, payloadBytes: number, status: number, from: readonly number[], garble: boolean): void {
    const { memory, at, layout } = slot;
    const dataAt = at + (family === 4 ? 40 : 36);
    memory.bytes.set(from, at + (family === 4 ? 0 : 6));
    memory.view.setUint32(at + (family === 4 ? 4 : 28), status, true);
    if (family === 4) memory.view.setUint16(at + 12, payloadBytes, true);
    if (family === 4) memory.point(at + 16, memory, dataAt);
    memory.bytes.copyWithin(dataAt, at + layout.requestAt, at + layout.requestAt + payloadBytes);
    if (garble) memory.bytes.fill(0xaa, dataAt, dataAt + 8);
    this.#parsable.add(slot);
  }
}

type Seen = { readonly outcomes: Map<number, string>; readonly oddities: Oddity[] };

const toldIn = (code: number, others: readonly OtherOutcome[]): string => {
  if (code >= 0) return 'reply';
  if (code === -1) return 'timeout';
  const other = others[-2 - code];
  return other ? [other.kind, 'reason' in other ? other.reason : '', 'from' in other ? other.from : ''].join('|') : 'lost';
};

async function ping(windows: FakeWindows, addresses: readonly string[], timeoutMs: number): Promise<Seen> {
  const seen: Seen = { outcomes: new Map(), oddities: [] };
  const batch = new BatchColumns();
  addresses.forEach((address, id) => batch.add(id, address, timeoutMs, echoCode(plainEcho)));
  await new Promise<void>(resolve => {
    const engine = new WindowsEngine(windows, (report: IcmpReport) => {
      if (report.kind !== 'outcomes') return;
      for (let at = 0; at < report.columns.length; at += 3) seen.outcomes.set(report.columns[at] ?? -1, toldIn(report.columns[at + 2] ?? 0, report.others));
      seen.oddities.push(...report.oddities);
      if (seen.outcomes.size === addresses.length) resolve();
    });
    engine.ask(batch.take());
  });
  return seen;
}

test('replies, silence, errors of routers and of Windows itself are told apart, over both families', async () => {
  const router = [198, 51, 100, 2];
  const windows = new FakeWindows({ 2: 'silent', 3: { status: 11_003, from: router }, 4: { status: 11_013, from: router }, 5: { error: 1_231 }, 6: { status: 11_010 } });
  const { outcomes } = await ping(windows, ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5', '192.0.2.6', '2001:db8::1', '2001:db8::2'], 30);
  expect(Object.fromEntries(outcomes)).toEqual({
    0: 'reply', 1: 'timeout', 2: 'unreachable|host unreachable|198.51.100.2', 3: 'hops-exceeded||198.51.100.2', 4: 'not-sent|This computer has no route to that network.|', 5: 'timeout', 6: 'reply', 7: 'timeout',
  });
});

test('a reply from elsewhere is no reply but an oddity, and one with another payload is none either', async () => {
  const windows = new FakeWindows({ 1: { status: 0, from: [192, 0, 2, 9] }, 2: { status: 0, garble: true } });
  const { outcomes, oddities } = await ping(windows, ['192.0.2.1', '192.0.2.2'], 1_000);
  expect([Object.fromEntries(outcomes), oddities]).toEqual([{ 0: 'timeout', 1: 'timeout' }, [{ kind: 'stray', address: '192.0.2.1', from: '192.0.2.9' }]]);
});

test('requests under way never share memory, however many there are', async () => {
  const windows = new FakeWindows({});
  const addresses = Array.from({ length: 300 }, (_, i) => `192.0.2.${(i % 200) + 1}`);
  const { outcomes } = await ping(windows, addresses, 1_000);
  expect([outcomes.size, windows.slots.size]).toEqual([300, 300]);
});

test('closing waits until the system writes no more', async () => {
  const windows = new FakeWindows({ 2: 'silent' });
  const engine = new WindowsEngine(windows, () => {});
  const batch = new BatchColumns();
  batch.add(0, '192.0.2.2', 10, echoCode(plainEcho));
  engine.ask(batch.take());
  await new Promise(resolve => setImmediate(resolve));
  const closing = engine.close();
  const before = windows.closed;
  await closing;
  expect([before, windows.closed]).toEqual([false, true]);
});
