/** Runs the rule over stored history before it is saved: how often, where, for how long, and with another "for". */
import { Button, Loader, SegmentedControl, Text, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleId } from '../../../shared/model/ids.ts';
import type { RuleInput } from '../../../shared/model/rule.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import type { Missing } from './condition-draft.ts';
import { RehearsalView } from './RehearsalView.tsx';
import { useRehearsal } from './use-rehearsal.ts';

type Props = {
  readonly rule: RuleInput | Missing;
  /** The engine has nothing against the rule. */
  readonly ready: boolean;
  readonly id: RuleId | null;
  readonly onUseFor: (forMs: number) => void;
};

const hourMs = 3_600_000;
const spans = { day: 24 * hourMs, week: 168 * hourMs, month: 720 * hourMs } as const;
type Span = keyof typeof spans;
const spanNames: readonly Span[] = ['day', 'week', 'month'];

export function RehearsalPanel({ rule, ready, id, onUseFor }: Props): ReactElement {
  const { t } = useTranslation('rules');
  const [span, setSpan] = useState<Span>('week');
  const { state, start, cancel } = useRehearsal();
  return (
    <section className="side-block" aria-label={t('rehearsal.title')}>
      <Title order={2} size={14}>
        {t('rehearsal.title')}
      </Title>
      <Text size="xs" c="dimmed">
        {t('rehearsal.sentence')}
      </Text>
      <div className="rehearsal-start">
        <SegmentedControl aria-label={t('rehearsal.span')} value={span} onChange={setSpan} data={spanNames.map(value => ({ value, label: t(`rehearsal.spans.${value}`) }))} />
        {state.kind === 'running' ? (
          <Button variant="default" onClick={cancel}>
            {t('rehearsal.cancel')}
          </Button>
        ) : (
          <Button variant="default" leftSection={<IconPlayerPlay size={14} stroke={1.5} />} disabled={!ready || typeof rule === 'string'} onClick={() => typeof rule !== 'string' && start({ rule: { ...rule, name: rule.name || '–' }, id, spanMs: spans[span] })}>
            {t('rehearsal.start')}
          </Button>
        )}
      </div>
      {state.kind === 'running' ? (
        <div className="rehearsal-running" role="status">
          <Loader size={14} /> {t('rehearsal.running')}
        </div>
      ) : null}
      {state.kind === 'failed' ? <ErrorSentence error={state.error} /> : null}
      {state.kind === 'done' ? <RehearsalView rehearsed={state.rule} rehearsal={state.rehearsal} rule={rule} onUseFor={onUseFor} /> : null}
    </section>
  );
}
