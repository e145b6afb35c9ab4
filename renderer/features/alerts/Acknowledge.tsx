/** Who knows of an alert and what they said; the form for saying so, as long as it lasts. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../shared/model/alert.ts';
import { useCommand, useReadOnly } from '../../client/hooks.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { formatMoment } from '../../ui/format.ts';
import { notifyError } from '../../ui/notify.ts';

const noteLimit = 1_000;

export function Acknowledge({ alert }: { readonly alert: AlertRow }): ReactElement {
  const { t } = useTranslation('alerts');
  const readOnly = useReadOnly();
  const takeBack = useCommand('alerts.unacknowledge');
  const [replacing, setReplacing] = useState(false);
  /** What stands in the form; null: what the alert says. */
  const [draft, setDraft] = useState<string | null>(null);
  const [sent, setSent] = useState<string | null>(null);
  const known = alert.acknowledgedAt !== null;
  const isOver = alert.clearedAt !== null;
  // Words that were typed stay, also where the alert ends or somebody else acknowledges it meanwhile.
  const unsent = draft !== null && draft.trim() !== '' && draft !== sent && draft !== alert.note;
  const leave = (): void => {
    setReplacing(false);
    setDraft(null);
  };
  const startReplacing = (): void => {
    setReplacing(true);
    setDraft(null);
  };
  const wasSent = (note: string): void => {
    setReplacing(false);
    setSent(note);
  };
  return (
    <Stack gap={12} component="section" aria-label={t('acknowledge.section')}>
      {known ? <WhoKnows alert={alert} /> : <Text size="sm">{t(isOver ? 'acknowledge.nobodyDid' : 'acknowledge.nobody')}</Text>}
      {isOver && !unsent ? null : readOnly ? (
        <Text size="sm" c="dimmed">
          {t('acknowledge.readOnly')}
        </Text>
      ) : known && !replacing && !unsent ? (
        <Group gap={8}>
          <Button variant="default" onClick={startReplacing}>
            {t('acknowledge.replace')}
          </Button>
          <Button variant="default" loading={takeBack.running} onClick={() => void takeBack.run({ ids: [alert.id] }).catch(notifyError)}>
            {t('acknowledge.takeBack')}
          </Button>
        </Group>
      ) : (
        <NoteForm alert={alert} note={draft ?? alert.note ?? ''} onChange={setDraft} onSent={wasSent} {...(known || isOver ? { onLeave: leave } : {})} />
      )}
    </Stack>
  );
}

function WhoKnows({ alert }: { readonly alert: AlertRow }): ReactElement {
  const { t } = useTranslation('alerts');
  const at = alert.acknowledgedAt === null ? '' : formatMoment(alert.acknowledgedAt, Date.now());
  return (
    <Stack gap={4}>
      <Text size="sm">{alert.acknowledgedBy === null ? t('acknowledge.at', { at }) : t('acknowledge.byAt', { by: alert.acknowledgedBy, at })}</Text>
      {alert.note ? (
        <Text component="blockquote" size="sm" className="words">
          {alert.note}
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          {t('acknowledge.noNote')}
        </Text>
      )}
    </Stack>
  );
}

type FormProps = {
  readonly alert: AlertRow;
  readonly note: string;
  readonly onChange: (note: string) => void;
  readonly onSent: (note: string) => void;
  /** Leaves what is there as it is; given where there is something, or where nothing can be sent any more. */
  readonly onLeave?: () => void;
};

/** Takes the focus, so that a click on a row, a few words and Ctrl+Enter acknowledge it. The engine's own row, in the live list, shows the result. */
function NoteForm({ alert, note, onChange, onSent, onLeave }: FormProps): ReactElement {
  const { t } = useTranslation('alerts');
  const { run, running, error } = useCommand('alerts.acknowledge');
  const isOver = alert.clearedAt !== null;
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus(), []);

  const send = async (): Promise<void> => {
    if (running || isOver) return;
    try {
      await run({ ids: [alert.id], note });
      onSent(note);
    } catch {
      // Kept in `error` and shown below; the note stays in the form.
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void send();
  };

  return (
    <Stack gap={8}>
      <Textarea
        ref={area}
        label={t('acknowledge.note')}
        description={isOver ? undefined : t('acknowledge.noteHint')}
        descriptionProps={{ fz: 12, lh: '16px' }}
        value={note}
        onChange={event => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        maxLength={noteLimit}
        autosize
        minRows={3}
        maxRows={10}
      />
      {isOver ? (
        <Text size="sm" role="status">
          {t('acknowledge.tooLate')}
        </Text>
      ) : (
        <ErrorSentence error={error} />
      )}
      <Group justify="flex-end" gap={8}>
        {onLeave ? (
          <Button variant="default" onClick={onLeave}>
            {t(isOver ? 'acknowledge.discard' : 'common:actions.cancel')}
          </Button>
        ) : null}
        {isOver ? null : (
          <Button onClick={() => void send()} loading={running}>
            {t(onLeave ? 'acknowledge.save' : 'acknowledge.button')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
