/** Adds or edits a recipient; a test is sent by what stands in the form, saved or not. */
import { Button, Checkbox, Group, Input, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactElement, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { targetKinds, type TargetRow } from '../../../../shared/model/notification.ts';
import { severities } from '../../../../shared/model/rule.ts';
import { AppError } from '../../../../shared/rpc/contract.ts';
import { useCommand, useReadOnly } from '../../../client/hooks.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DurationInput } from '../../../ui/DurationInput.tsx';
import { fieldErrors } from '../../../ui/error-sentence.ts';
import { ErrorSentence } from '../../../ui/ErrorSentence.tsx';
import { FilterChips } from '../../../ui/FilterChips.tsx';
import { Fold } from '../../../ui/Fold.tsx';
import { notify } from '../../../ui/notify.ts';
import { ScopeFields } from '../../../ui/ScopeFields.tsx';
import { isTimeOfDay } from '../history-draft.ts';
import { ConfigFields } from './ConfigFields.tsx';
import { afterUnits, newTarget, staleUnits, targetDraft, targetInput, type TargetDraft } from './target-draft.ts';

type Props = {
  /** null: a new one. */
  readonly target: TargetRow | null;
  readonly onClose: () => void;
};

export function RecipientDialog({ target, onClose }: Props): ReactElement {
  const { t } = useTranslation('recipients');
  return (
    <Dialog opened onClose={onClose} title={t(target ? 'editTitle' : 'addTitle')} width={680}>
      <Form target={target} onClose={onClose} />
    </Dialog>
  );
}

/** Fields that say themselves what is wrong with them. */
const shownAtField: readonly string[] = ['name', 'host', 'port', 'user', 'from', 'to', 'chatId', 'apiUrl', 'url', 'template', 'contentType', 'secret', 'severities', 'afterMs', 'mostPerHour', 'staleAfterMs', 'zone'];

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

function Form({ target, onClose }: Props): ReactElement {
  const { t } = useTranslation('recipients');
  const readOnly = useReadOnly();
  // What was there when the form opened: what comes later must not overwrite what is being typed.
  const [stored] = useState(target);
  const [draft, setDraft] = useState(() => (target ? targetDraft(target, ownZone()) : newTarget(ownZone())));
  const create = useCommand('targets.create');
  const update = useCommand('targets.update');
  const test = useCommand('targets.test');
  const [tested, setTested] = useState<{ readonly of: TargetDraft; readonly ok: boolean; readonly message: string } | null>(null);
  const running = create.running || update.running;
  const error = create.error ?? update.error ?? test.error;
  const problems = fieldErrors(error);
  // Told apart here: to the engine both ends are called as sender and recipients of an e-mail are.
  const isTime = { from: isTimeOfDay(draft.quietFrom), to: isTimeOfDay(draft.quietTo) };
  const canSend = !draft.quiet || (isTime.from && isTime.to);
  const set = (part: Partial<TargetDraft>): void => setDraft(current => ({ ...current, ...part }));
  const zones = useMemo(() => [...new Set([draft.quietZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])], [draft.quietZone]);

  const ignoreRefusal = (reason: unknown): void => {
    if (!(reason instanceof AppError)) throw reason; // A refusal stands in the form itself.
  };
  async function save(): Promise<void> {
    test.forget();
    const input = targetInput(draft, stored);
    const saved = stored ? await update.run({ id: stored.id, target: input }) : await create.run(input);
    notify(t('saved', { name: saved.name }));
    onClose();
  }
  async function sendTest(): Promise<void> {
    create.forget();
    update.forget();
    setTested(null);
    // A test needs no name of its own.
    const answer = await test.run({ target: { ...targetInput(draft, stored), name: draft.name.trim() || t(`kind.${draft.kind}`) }, id: stored?.id ?? null });
    setTested({ of: draft, ...answer });
  }
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!running && !readOnly && canSend) void save().catch(ignoreRefusal);
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap={12}>
        <div className="recipient-row">
          <TextInput className="wide" label={t('field.name')} placeholder={t('field.namePlaceholder')} value={draft.name} maxLength={120} error={problems['name']} onChange={event => set({ name: event.currentTarget.value })} data-autofocus autoComplete="off" />
          <Select
            label={t('field.kind')}
            value={draft.kind}
            data={targetKinds.map(value => ({ value, label: t(`kind.${value}`) }))}
            allowDeselect={false}
            onChange={value => set({ kind: targetKinds.find(each => each === value) ?? draft.kind, secret: '' })}
          />
        </div>
        <ConfigFields draft={draft} set={set} problems={problems} hasSecret={stored !== null && stored.hasSecret && stored.config.kind === draft.kind} />
        <Group justify="space-between" align="flex-start" gap={16} wrap="nowrap">
          <Input.Wrapper label={t('field.severities')} labelElement="div" size="xs" error={problems['severities']}>
            <div className="recipient-chips">
              <FilterChips
                label={t('field.severities')}
                options={severities.map(value => ({ value, label: t(`common:severity.${value}`), mark: `severity severity-${value}` }))}
                chosen={draft.severities}
                onChange={chosen => set({ severities: severities.filter(each => chosen.includes(each)) })}
              />
            </div>
          </Input.Wrapper>
          <Checkbox mt={28} label={t('field.enabled')} checked={draft.enabled} onChange={event => set({ enabled: event.currentTarget.checked })} />
        </Group>
        <Fold id="recipient-scope" title={t('fold.scope')} trouble={false}>
          <ScopeFields scope={draft.scope} onChange={scope => set({ scope })} columns={3} />
        </Fold>
        <Fold id="recipient-times" title={t('fold.times')} trouble={!canSend || ['afterMs', 'zone', 'mostPerHour', 'staleAfterMs'].some(field => problems[field] !== undefined)}>
          <Stack gap={12}>
            <div className="recipient-row">
              <DurationInput label={t('field.after')} description={t('field.afterHint')} value={draft.after} onChange={after => set({ after })} units={afterUnits} error={problems['afterMs']} />
              <NumberInput
                label={t('field.mostPerHour')}
                description={t('field.mostPerHourHint')}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                value={draft.mostPerHour}
                onChange={mostPerHour => set({ mostPerHour })}
                allowDecimal={false}
                allowNegative={false}
                clampBehavior="none"
                error={problems['mostPerHour']}
              />
              <DurationInput label={t('field.staleAfter')} description={t('field.staleAfterHint')} value={draft.staleAfter} onChange={staleAfter => set({ staleAfter })} units={staleUnits} error={problems['staleAfterMs']} />
            </div>
            <Checkbox label={t('field.quiet')} description={t('field.quietHint')} checked={draft.quiet} onChange={event => set({ quiet: event.currentTarget.checked })} />
            {draft.quiet ? (
              <div className="recipient-row">
                <Group gap={12} wrap="nowrap" grow>
                  <TextInput label={t('field.quietFrom')} value={draft.quietFrom} maxLength={5} className="figures" error={isTime.from ? undefined : t('settings:history.dailyRunAtWrong')} onChange={event => set({ quietFrom: event.currentTarget.value })} />
                  <TextInput label={t('field.quietTo')} value={draft.quietTo} maxLength={5} className="figures" error={isTime.to ? undefined : t('settings:history.dailyRunAtWrong')} onChange={event => set({ quietTo: event.currentTarget.value })} />
                </Group>
                <Select label={t('field.quietZone')} value={draft.quietZone} data={zones} onChange={zone => zone !== null && set({ quietZone: zone })} searchable allowDeselect={false} limit={100} error={problems['zone']} />
                <Checkbox mt={28} label={t('field.evenCritical')} checked={draft.evenCritical} onChange={event => set({ evenCritical: event.currentTarget.checked })} />
              </div>
            ) : null}
          </Stack>
        </Fold>
        <Stack gap={8} className="form-end">
          {Object.keys(problems).some(field => shownAtField.includes(field)) ? null : <ErrorSentence error={error} />}
          {tested ? (
            <Text size="sm" role="status" className={`test-sentence ${tested.of === draft ? '' : 'dimmed '}state ${tested.ok ? 'state-up' : 'state-down'}`}>
              <span className="wrapping">{tested.message}</span>
            </Text>
          ) : null}
          <Group gap={8} justify="flex-end">
            <Button variant="default" mr={16} loading={test.running} disabled={readOnly || !canSend} onClick={() => void sendTest().catch(ignoreRefusal)}>
              {t('test')}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={running} disabled={readOnly || !canSend}>
              {t(stored ? 'common:actions.save' : 'common:actions.add')}
            </Button>
          </Group>
        </Stack>
      </Stack>
    </form>
  );
}
