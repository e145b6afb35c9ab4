/** Says of devices that they are known to be down: why, and until when that holds. */
import { Textarea } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceId } from '../../shared/model/ids.ts';
import { useCommand } from '../client/hooks.ts';
import { ActionForm } from './ActionForm.tsx';
import { Dialog } from './Dialog.tsx';
import { notify } from './notify.ts';
import { useSecond } from './ticker.ts';
import { UntilField } from './UntilField.tsx';
import { untilMoment, type Until } from './until.ts';

type Props = {
  /** Open while there are any. */
  readonly devices: readonly { readonly id: DeviceId; readonly name: string }[];
  /** What was said before, where it is said anew. */
  readonly reason?: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
};

const longestReason = 500;
const choices = ['never', '7d', '30d', 'own'] as const;

export function KnownDownDialog(props: Props): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog opened={props.devices.length > 0} onClose={props.onClose} title={t('knownDown.title')}>
      {props.devices.length === 0 ? null : <KnownDownForm {...props} />}
    </Dialog>
  );
}

function KnownDownForm({ devices, reason: said = '', onClose, onDone }: Props): ReactElement {
  const { t } = useTranslation();
  const { run, running, error } = useCommand('devices.markKnownDown');
  const [reason, setReason] = useState(said);
  const [until, setUntil] = useState<Until>({ choice: 'never', own: '' });
  const now = useSecond();
  const moment = untilMoment(until, now);
  const [first] = devices;

  const send = async (): Promise<void> => {
    if ('problem' in moment) return;
    try {
      const { marked } = await run({ ids: devices.map(device => device.id), reason, until: moment.at });
      notify(marked < devices.length ? t('knownDown.partly', { count: marked, chosen: devices.length }) : t('knownDown.done', { count: marked }));
      onDone();
    } catch {
      // Kept in `error` and shown in the form; what was typed stays.
    }
  };

  return (
    <ActionForm
      sentence={devices.length === 1 && first ? t('knownDown.one', { name: first.name }) : t('knownDown.many', { count: devices.length })}
      submitLabel={t('knownDown.action')}
      running={running}
      disabled={reason.trim() === '' || 'problem' in moment}
      error={error}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      <Textarea label={t('knownDown.reason')} placeholder={t('knownDown.reasonHint')} value={reason} onChange={event => setReason(event.currentTarget.value)} maxLength={longestReason} autosize minRows={2} maxRows={6} data-autofocus />
      <UntilField label={t('knownDown.until')} choices={choices} value={until} onChange={setUntil} now={now} />
    </ActionForm>
  );
}
