/** One rule on a page of its own: what it says at the left, what it would come to at the right. */
import { Button, Center, Loader } from '@mantine/core';
import { IconArrowLeft, IconCopy, IconTrash, IconRestore } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { RuleId } from '../../../shared/model/ids.ts';
import type { RuleRow } from '../../../shared/model/rule.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { LeaveDialog } from '../../app/LeaveDialog.tsx';
import { goTo } from '../../app/navigation.ts';
import { useCommand, useLive, useReadOnly } from '../../client/hooks.ts';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { fieldErrors } from '../../ui/error-sentence.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { notify, notifyError } from '../../ui/notify.ts';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { CheckView } from './CheckView.tsx';
import { ConditionSection } from './ConditionSection.tsx';
import { ParametersSection } from './ParametersSection.tsx';
import { RehearsalPanel } from './RehearsalPanel.tsx';
import { originWords } from './rule-columns.ts';
import { newRule, ruleDraft, ruleOf, type RuleDraft } from './rule-draft.ts';
import { copyPath, listPath } from './rule-place.ts';
import { AboutSection, ScopeSection } from './RuleSections.tsx';
import { useRuleCheck } from './use-rule-check.ts';
import { durationDraft } from '../../ui/duration-draft.ts';

type Props = {
  /** null: a new rule. */
  readonly id: string | null;
  /** The rule that a new one begins as. */
  readonly copyOf: string | null;
};

/** Waits for the rule to be there. */
export function RuleEditor({ id, copyOf }: Props): ReactElement {
  const { t } = useTranslation('rules');
  const { rows, loaded, error } = useLive('rules.live', {});
  const wanted = id ?? copyOf;
  const row = rows.find(each => each.id === wanted);
  if (wanted !== null && !loaded) return <Center flex={1}>{error ? <ErrorSentence error={error} /> : <Loader size="sm" />}</Center>;
  if (wanted !== null && !row) {
    return (
      <EmptyState title={t('gone')} sentence={t('goneSentence')}>
        <Button variant="default" onClick={() => goTo(listPath)}>
          {t('back')}
        </Button>
      </EmptyState>
    );
  }
  const stored = id === null ? null : (row ?? null);
  const start = row ? (stored ? ruleDraft(row) : { ...ruleDraft(row), name: t('copyName', { name: row.name }) }) : newRule;
  return <Editor stored={stored} start={start} others={rows.filter(each => each.id !== id)} />;
}

function Editor({ stored, start, others }: { readonly stored: RuleRow | null; readonly start: RuleDraft; readonly others: readonly RuleRow[] }): ReactElement {
  const { t } = useTranslation('rules');
  const readOnly = useReadOnly();
  // What was there when the editor opened: what comes later must not overwrite what is being typed.
  const [before] = useState(start);
  const [draft, setDraft] = useState(start);
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState(false);
  const [nameMissing, setNameMissing] = useState(false);
  const set = (change: Partial<RuleDraft> | ((before: RuleDraft) => RuleDraft)): void => setDraft(current => (typeof change === 'function' ? change(current) : { ...current, ...change }));
  const rule = ruleOf(draft);
  const check = useRuleCheck(rule);
  const create = useCommand('rules.create');
  const update = useCommand('rules.update');
  const remove = useCommand('rules.remove');
  const running = create.running || update.running;
  const error = create.error ?? update.error;
  const dirty = JSON.stringify(draft) !== JSON.stringify(before);
  const canSave = typeof rule !== 'string' && check.kind !== 'wrong' && check.kind !== 'missing' && (dirty || stored === null);

  async function save(): Promise<void> {
    if (typeof rule === 'string' || running) return;
    if (rule.name === '') return setNameMissing(true);
    const saved = stored ? await update.run({ id: stored.id, rule }) : await create.run(rule);
    notify(t('saved', { name: saved.name }));
    setDone(true);
    goTo(listPath);
  }
  const trySave = (): void => {
    void save().catch((reason: unknown) => {
      if (!(reason instanceof AppError)) throw reason; // A refusal stands in the editor itself.
    });
  };
  async function drop(): Promise<void> {
    if (!stored) return;
    await remove.run({ id: stored.id });
    notify(t(stored.builtIn ? 'putBackDone' : 'removed', { name: stored.name }));
    setDone(true);
    goTo(listPath);
  }
  const canDrop = stored !== null && (!stored.builtIn || stored.changed);

  return (
    <>
      <PageTitle
        title={stored?.name ?? t('newTitle')}
        actions={
          <>
            {stored === null ? null : (
              <Button variant="default" leftSection={<IconCopy size={16} stroke={1.5} />} disabled={readOnly || dirty} onClick={() => goTo(copyPath(stored.id))}>
                {t('copy')}
              </Button>
            )}
            {canDrop ? (
              <Button variant="default" leftSection={stored.builtIn ? <IconRestore size={16} stroke={1.5} /> : <IconTrash size={16} stroke={1.5} />} disabled={readOnly} onClick={() => setAsking(true)}>
                {t(stored.builtIn ? 'putBack' : 'common:actions.remove')}
              </Button>
            ) : null}
            <Button variant="default" leftSection={<IconArrowLeft size={16} stroke={1.5} />} onClick={() => goTo(listPath)}>
              {t('back')}
            </Button>
            <Button disabled={readOnly || !canSave} loading={running} onClick={trySave}>
              {t('common:actions.save')}
            </Button>
          </>
        }
      >
        {stored === null ? null : <span className="rule-origin">{originWords(stored, t)}</span>}
      </PageTitle>
      <div className="editor">
        <div className="editor-main">
          <ErrorSentence error={error} />
          <AboutSection draft={draft} set={set} problems={{ ...fieldErrors(error), ...(nameMissing && draft.name.trim() === '' ? { name: t('nameMissing') } : {}) }} disabled={readOnly} />
          <ConditionSection draft={draft} set={set} disabled={readOnly} />
          <ScopeSection draft={draft} set={set} others={others} disabled={readOnly} />
          <ParametersSection draft={draft} set={set} disabled={readOnly} />
        </div>
        <aside className="editor-side">
          <CheckView rule={rule} check={check} />
          <RehearsalPanel rule={rule} ready={check.kind === 'fine' || check.kind === 'never'} id={stored ? RuleId.parse(stored.id) : null} onUseFor={forMs => set({ for: durationDraft(forMs) })} />
        </aside>
      </div>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={t(stored?.builtIn ? 'putBackTitle' : 'removeTitle')}
        message={t(stored?.builtIn ? 'putBackMessage' : 'removeMessage', { name: stored?.name ?? '' })}
        confirmLabel={t(stored?.builtIn ? 'putBack' : 'common:actions.remove')}
        destructive
        running={remove.running}
        onConfirm={() => void drop().catch(notifyError).finally(() => setAsking(false))}
      />
      <LeaveDialog unsaved={dirty && !done} message={t('leaveMessage')} />
    </>
  );
}
