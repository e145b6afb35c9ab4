import { expect, test } from 'vitest';
import { targetKinds, TargetInput, TargetRow } from '../../../../shared/model/notification.ts';
import { newTarget, secretOf, targetDraft, targetInput, type TargetDraft } from './target-draft.ts';
import { targetState } from './target-words.ts';

const row = TargetRow.parse({
  id: '3b241101-e2bb-4255-8caf-4136c566a962', name: 'Duty', config: { kind: 'email', host: 'mail.bank.example', port: 465, security: 'tls', user: 'noc', from: 'noc@bank.example', to: ['duty@bank.example'] }, severities: ['critical'], scope: { regions: ['Kakheti'] },
  afterMs: 900_000, quietHours: { from: '22:00', to: '07:00', zone: 'Asia/Tbilisi', evenCritical: true }, mostPerHour: 10, staleAfterMs: 86_400_000, hasSecret: true, waiting: 0, lastSentAt: null, failingSince: null, problem: null,
});
const filled: TargetDraft = { ...newTarget('UTC'), name: 'Duty', host: 'mail.bank.example', from: 'noc@bank.example', to: ['duty@bank.example'], chatId: '-100', url: 'https://tickets.bank.example/hook', secret: 'secret' };

test('a stored recipient that nobody changes goes back as it was, and its secret is not touched', () => {
  const { id, hasSecret, waiting, lastSentAt, failingSince, problem, ...stored } = row;
  expect([targetInput(targetDraft(row, 'UTC'), row), id, hasSecret, waiting, lastSentAt, failingSince, problem]).toEqual([stored, row.id, true, 0, null, null, null]);
});

test('every kind is accepted by the contract once its fields are filled in', () => {
  expect(targetKinds.map(kind => TargetInput.parse(targetInput({ ...filled, kind }, null)).config.kind)).toEqual([...targetKinds]);
});

test('a secret is kept, replaced or removed, and never handed to another kind', () => {
  const draft = targetDraft(row, 'UTC');
  const inputs = [draft, { ...draft, secret: 'new' }, { ...draft, forgetSecret: true }, { ...draft, kind: 'webhook' as const }, { ...draft, kind: 'desktop' as const }, { ...draft, kind: 'webhook' as const, secret: 'key' }].map(each => targetInput(each, row).secret);
  expect(inputs).toEqual([undefined, 'new', null, null, null, 'key']);
});

test('numbers that are none are left for the engine to refuse', () => {
  const wrong = [{ ...filled, port: '' }, { ...filled, mostPerHour: '' }, { ...filled, after: { amount: '', unit: 'min' as const } }].map(each => TargetInput.safeParse(targetInput(each, null)).error?.issues[0]?.message);
  expect(wrong).toEqual(['A port is a number from 1 to 65535.', 'The most messages an hour: 1 to 10000.', 'The escalation comes after 0 to 24 h.']);
});

test('what tells on this computer alone has no secret', () => {
  expect(targetKinds.filter(kind => secretOf(kind) === null)).toEqual(['desktop', 'sound']);
});

test('failing is worse than waiting, and off is neither', () => {
  const states = [{}, { lastSentAt: 1 }, { waiting: 2 }, { waiting: 2, failingSince: 1 }, { enabled: false, failingSince: 1 }].map(part => targetState({ ...row, ...part }));
  expect(states).toEqual(['unused', 'ok', 'waiting', 'failing', 'off']);
});
