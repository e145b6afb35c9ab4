/** One maintenance window on a page of its own: what it says at the left, when it comes at the right. */
import { Button, Center, Loader, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { IconArrowLeft, IconTrash } from '@tabler/icons-react';
import { useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MaintenanceRow } from '../../../shared/model/maintenance.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { LeaveDialog } from '../../app/LeaveDialog.tsx';
import { goTo } from '../../app/navigation.ts';
import { useCommand, useLive, useReadOnly } from '../../client/hooks.ts';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { DurationInput } from '../../ui/DurationInput.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { fieldErrors } from '../../ui/error-sentence.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { formatDate } from '../../ui/format.ts';
import { notify, notifyError } from '../../ui/notify.ts';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { ScopeFields } from '../../ui/ScopeFields.tsx';
import { Section } from '../../ui/Section.tsx';
import { RepeatFields } from './RepeatFields.tsx';
import { localOf, newWindow, windowDraft, windowOf, windowUnits, withStart, type WindowDraft } from './window-draft.ts';
import { WindowPreview } from './WindowPreview.tsx';
import { zoneOfThisComputer } from './window-words.ts';

const listPath = '/maintenance';

/** Waits for the window to be there. `id` null: a new one. */
export function WindowEditor({ id }: { readonly id: string | null }): ReactElement {
  const { t } = useTranslation('maintenance');
  const { rows, loaded, error } = useLive('maintenance.live', {});
  const stored = rows.find(each => each.id === id) ?? null;
  const [fresh] = useState(() => newWindow(Date.now(), zoneOfThisComputer()));
  if (id !== null && !loaded) return <Center flex={1}>{error ? <ErrorSentence error={error} /> : <Loader size="sm" />}</Center>;
  if (id !== null && !stored) {
    return (
      <EmptyState title={t('gone')} sentence={t('goneSentence')}>
        <Button variant="default" onClick={() => goTo(listPath)}>
          {t('back')}
        </Button>
      </EmptyState>
    );
  }
  return <Editor stored={stored} start={stored ? windowDraft(stored) : fresh} />;
}

function Editor({ stored, start }: { readonly stored: MaintenanceRow | null; readonly start: WindowDraft }): ReactElement {
  const { t } = useTranslation('maintenance');
  const readOnly = useReadOnly();
  // What was there when the form opened: what comes later must not overwrite what is being typed.
  const [before] = useState(start);
  const [draft, setDraft] = useState(start);
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState(false);
  const [nameMissing, setNameMissing] = useState(false);
  const set = (part: Partial<WindowDraft>): void => setDraft(current => ({ ...current, ...part }));
  const window = windowOf(draft);
  const create = useCommand('maintenance.create');
  const update = useCommand('maintenance.update');
  const remove = useCommand('maintenance.remove');
  const running = create.running || update.running;
  const error = create.error ?? update.error;
  const problems = fieldErrors(error);
  const dirty = JSON.stringify(draft) !== JSON.stringify(before);
  const zones = useMemo(() => [...new Set([start.zone, zoneOfThisComputer(), 'UTC', ...Intl.supportedValuesOf('timeZone')])], [start.zone]);

  async function save(): Promise<void> {
    if (typeof window === 'string' || running) return;
    if (window.name === '') return setNameMissing(true);
    const saved = stored ? await update.run({ id: stored.id, window }) : await create.run(window);
    notify(t('saved', { name: saved.name }));
    setDone(true);
    goTo(listPath);
  }
  const trySave = (): void => {
    void save().catch((reason: unknown) => {
      if (!(reason instanceof AppError)) throw reason; // A refusal stands in the form itself.
    });
  };
  async function drop(): Promise<void> {
    if (!stored) return;
    await remove.run({ id: stored.id });
    notify(t('removed', { name: stored.name }));
    setDone(true);
    goTo(listPath);
  }

  return (
    <>
      <PageTitle
        title={stored?.name ?? t('newTitle')}
        actions={
          <>
            {stored ? (
              <Button variant="default" leftSection={<IconTrash size={16} stroke={1.5} />} disabled={readOnly} onClick={() => setAsking(true)}>
                {t('common:actions.remove')}
              </Button>
            ) : null}
            <Button variant="default" leftSection={<IconArrowLeft size={16} stroke={1.5} />} onClick={() => goTo(listPath)}>
              {t('back')}
            </Button>
            <Button disabled={readOnly || typeof window === 'string' || (stored !== null && !dirty)} loading={running} onClick={trySave}>
              {t('common:actions.save')}
            </Button>
          </>
        }
      >
        {stored ? <span className="window-origin">{t('createdBy', { by: stored.createdBy, at: formatDate(stored.createdAt).slice(0, -3) })}</span> : null}
      </PageTitle>
      <div className="editor">
        <div className="editor-main">
          <ErrorSentence error={error} />
          <Section title={t('section.about')} actions={<Switch label={t('field.enabled')} checked={draft.enabled} disabled={readOnly} onChange={event => set({ enabled: event.currentTarget.checked })} />}>
            <TextInput
              label={t('field.name')}
              placeholder={t('field.namePlaceholder')}
              value={draft.name}
              maxLength={120}
              error={nameMissing && draft.name.trim() === '' ? t('nameMissing') : problems['name']}
              disabled={readOnly}
              onChange={event => set({ name: event.currentTarget.value })}
              autoComplete="off"
            />
            <Textarea label={t('field.reason')} value={draft.reason} maxLength={500} autosize minRows={1} maxRows={4} error={problems['reason']} disabled={readOnly} onChange={event => set({ reason: event.currentTarget.value })} />
          </Section>
          <Section title={t('section.when')}>
            <div className="when-fields">
              <TextInput label={t('field.startsAt')} value={draft.startsAt} error={localOf(draft.startsAt) === null ? t('missing.start') : problems['startsAt']} disabled={readOnly} onChange={event => setDraft(withStart(draft, event.currentTarget.value))} className="figures" spellCheck={false} autoComplete="off" />
              <DurationInput label={t('field.duration')} value={draft.duration} onChange={duration => set({ duration })} units={windowUnits} error={problems['durationMs']} disabled={readOnly} />
              <Select label={t('field.zone')} value={draft.zone} data={zones} onChange={zone => zone !== null && set({ zone })} searchable allowDeselect={false} limit={100} error={problems['zone']} disabled={readOnly} nothingFoundMessage={t('noZone')} />
            </div>
            <RepeatFields repeat={draft.repeat} onChange={repeat => set({ repeat })} error={problems['repeat']} disabled={readOnly} />
          </Section>
          <Section title={t('section.scope')} sentence={t('section.scopeSentence')}>
            <ScopeFields scope={draft.scope} onChange={scope => set({ scope })} disabled={readOnly} />
          </Section>
        </div>
        <aside className="editor-side">
          <WindowPreview window={window} />
        </aside>
      </div>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('removeTitle')}
        message={t('removeMessage', { name: stored?.name ?? '' })}
        confirmLabel={t('common:actions.remove')}
        destructive
        running={remove.running}
        onConfirm={() => void drop().catch(notifyError).finally(() => setAsking(false))}
      />
      <LeaveDialog unsaved={dirty && !done} message={t('leaveMessage')} />
    </>
  );
}
