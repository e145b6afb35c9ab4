/** The dialogs of what people do with alerts: each says in a sentence what it does. */
import { Autocomplete, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { AlertId } from '../../../shared/model/ids.ts';
import { useCommand, useHello } from '../../client/hooks.ts';
import { useView } from '../../state/view.ts';
import { ActionForm } from '../../ui/ActionForm.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { KnownDownDialog } from '../../ui/KnownDownDialog.tsx';
import { notify } from '../../ui/notify.ts';
import { useSecond } from '../../ui/ticker.ts';
import { untilMoment, type Until, type UntilChoice } from '../../ui/until.ts';
import { UntilField } from '../../ui/UntilField.tsx';
import { devicesOf, forAll, outcome, type Action } from './actions.ts';

type Props = {
  /** null: closed. */
  readonly action: Action | null;
  /** Names that alerts are assigned to already. */
  readonly people: readonly string[];
  readonly onClose: () => void;
  readonly onDone: () => void;
};

export function ActionDialog({ action, people, onClose, onDone }: Props): ReactElement {
  const { t } = useTranslation('alerts');
  const isKnownDown = action?.kind === 'known-down';
  return (
    <>
      <KnownDownDialog devices={isKnownDown ? devicesOf(action.alerts) : []} onClose={onClose} onDone={onDone} />
      <Dialog opened={action !== null && !isKnownDown} onClose={onClose} title={action === null || isKnownDown ? '' : t(`dialog.${action.kind}`, { count: action.alerts.length })}>
        {action === null ? null : <FormOf action={action} people={people} onClose={onClose} onDone={onDone} />}
      </Dialog>
    </>
  );
}

function FormOf({ action, people, onClose, onDone }: Props & { readonly action: Action }): ReactElement | null {
  const form = { alerts: action.alerts, onClose, onDone };
  switch (action.kind) {
    case 'acknowledge':
    case 'comment':
    case 'resolve':
      return <NoteForm kind={action.kind} {...form} />;
    case 'snooze':
      return <SnoozeForm {...form} />;
    case 'assign':
      return <AssignForm people={people} {...form} />;
    case 'known-down':
      return null;
    default:
      return action.kind satisfies never;
  }
}

type FormProps = { readonly alerts: readonly AlertRow[]; readonly onClose: () => void; readonly onDone: () => void };

/** Sends to all of them and says what came of it; a failure stays in the form with what was typed. */
function useSend({ alerts, onDone }: FormProps): (done: string, run: (ids: AlertId[]) => Promise<{ readonly changed: number }>) => Promise<boolean> {
  const { t } = useTranslation('alerts');
  return async (done, run) => {
    try {
      const changed = await forAll(alerts.map(alert => alert.id), run);
      notify(outcome(done, changed, alerts.length, t));
      onDone();
      return true;
    } catch {
      return false; // Kept in the command's `error`, and shown in the form.
    }
  };
}

const longestNote = 1_000;

function Note({ label, value, onChange, first = false, minRows = 2 }: { readonly label: string; readonly value: string; readonly onChange: (note: string) => void; readonly first?: boolean; readonly minRows?: number }): ReactElement {
  return <Textarea label={label} value={value} onChange={event => onChange(event.currentTarget.value)} maxLength={longestNote} autosize minRows={minRows} maxRows={10} data-autofocus={first || undefined} />;
}

/** The three that take a note and nothing else. */
function NoteForm({ kind, ...form }: FormProps & { readonly kind: 'acknowledge' | 'comment' | 'resolve' }): ReactElement {
  const { t } = useTranslation('alerts');
  const acknowledge = useCommand('alerts.acknowledge');
  const comment = useCommand('alerts.comment');
  const resolve = useCommand('alerts.resolve');
  const { running, error } = { acknowledge, comment, resolve }[kind];
  const [note, setNote] = useState('');
  const send = useSend(form);
  const submit = (): void => {
    void send(kind, ids => (kind === 'comment' ? comment.run({ ids, text: note }) : kind === 'resolve' ? resolve.run({ ids, note }) : acknowledge.run({ ids, note })));
  };
  return (
    <ActionForm sentence={t(`sentence.${kind}`, { count: form.alerts.length })} submitLabel={t(`submit.${kind}`)} running={running} disabled={kind === 'comment' && note.trim() === ''} error={error} onSubmit={submit} onClose={form.onClose}>
      <Note label={t(kind === 'comment' ? 'dialog.words' : 'dialog.note')} value={note} onChange={setNote} first minRows={3} />
    </ActionForm>
  );
}

const snoozeChoices: readonly UntilChoice[] = ['15min', '1h', '4h', 'morning', 'own'];

function SnoozeForm(form: FormProps): ReactElement {
  const { t } = useTranslation('alerts');
  const { run, running, error } = useCommand('alerts.snooze');
  const [until, setUntil] = useState<Until>({ choice: '1h', own: '' });
  const [note, setNote] = useState('');
  const now = useSecond();
  const send = useSend(form);
  // Where some sleep already, they can be woken.
  const canWake = form.alerts.some(alert => alert.snoozedUntil !== null);
  const wakes = until.choice === 'never';
  const moment = untilMoment(until, now);
  const submit = (): void => {
    if ('problem' in moment) return;
    void send(wakes ? 'wake' : 'snooze', ids => run({ ids, until: moment.at, note }));
  };
  return (
    <ActionForm
      sentence={t(wakes ? 'sentence.wake' : 'sentence.snooze', { count: form.alerts.length })}
      submitLabel={t(wakes ? 'submit.wake' : 'submit.snooze')}
      running={running}
      disabled={'problem' in moment}
      error={error}
      onSubmit={submit}
      onClose={form.onClose}
    >
      {canWake ? (
        <SegmentedControl aria-label={t('dialog.snoozeOrWake')} value={wakes ? 'wake' : 'snooze'} onChange={chosen => setUntil({ choice: chosen === 'wake' ? 'never' : '1h', own: '' })} data={[{ value: 'snooze', label: t('submit.snooze') }, { value: 'wake', label: t('submit.wake') }]} />
      ) : null}
      {wakes ? (
        <Text size="sm" c="dimmed">
          {t('dialog.wakeHint')}
        </Text>
      ) : (
        <UntilField label={t('dialog.until')} choices={snoozeChoices} value={until} onChange={setUntil} now={now} />
      )}
      <Note label={t('dialog.note')} value={note} onChange={setNote} first />
    </ActionForm>
  );
}

type Whom = 'me' | 'someone' | 'nobody';
const longestName = 80;

function AssignForm({ people, ...form }: FormProps & { readonly people: readonly string[] }): ReactElement {
  const { t } = useTranslation('alerts');
  const { run, running, error } = useCommand('alerts.assign');
  const station = useHello()?.station ?? '';
  const ownName = useView(view => view.ownName);
  const choose = useView(view => view.choose);
  const [whom, setWhom] = useState<Whom>('me');
  const [me, setMe] = useState(ownName === '' ? station : ownName);
  const [name, setName] = useState('');
  const send = useSend(form);
  const to = whom === 'nobody' ? null : (whom === 'me' ? me : name).trim();
  const submit = (): void => {
    void send(to === null ? 'unassign' : 'assign', ids => run({ ids, to })).then(sent => {
      if (sent && whom === 'me' && to !== null) choose({ ownName: to });
    });
  };
  return (
    <ActionForm sentence={t('sentence.assign', { count: form.alerts.length })} submitLabel={t(to === null ? 'submit.unassign' : 'submit.assign')} running={running} disabled={to === ''} error={error} onSubmit={submit} onClose={form.onClose}>
      <Stack gap={8}>
        <SegmentedControl aria-label={t('dialog.whom')} value={whom} onChange={setWhom} data={(['me', 'someone', 'nobody'] as const).map(value => ({ value, label: t(`whom.${value}`) }))} fullWidth data-autofocus />
        <div className="whom">
          {whom === 'me' ? <TextInput label={t('whom.ownName')} description={t('whom.ownNameHint')} value={me} maxLength={longestName} onChange={event => setMe(event.currentTarget.value)} /> : null}
          {whom === 'someone' ? <Autocomplete label={t('whom.name')} data={[...people]} value={name} maxLength={longestName} onChange={setName} data-autofocus /> : null}
          {whom === 'nobody' ? <Text size="sm" c="dimmed">{t('whom.nobodyHint')}</Text> : null}
        </div>
      </Stack>
    </ActionForm>
  );
}
