/** What a rehearsal found. */
import { Button, Slider, Table, Text, Title } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rehearsal, RuleInput } from '../../../shared/model/rule.ts';
import { durationWords } from '../../ui/duration-draft.ts';
import { dash, formatDate, formatDuration } from '../../ui/format.ts';
import type { Missing } from './condition-draft.ts';
import { firedSentence, isChangedSince, ownStep } from './rehearsal-figures.ts';

type Props = {
  /** What was rehearsed, and the rule as it is now. */
  readonly rehearsed: RuleInput;
  readonly rehearsal: Rehearsal;
  readonly rule: RuleInput | Missing;
  readonly onUseFor: (forMs: number) => void;
};

/** More is shown when it is asked for. */
const fewRows = 8;

export function RehearsalView({ rehearsed, rehearsal, rule, onUseFor }: Props): ReactElement {
  const { t } = useTranslation('rules');
  const own = ownStep(rehearsal.byFor, rehearsed.forMs);
  const [chosen, setChosen] = useState({ of: rehearsal, step: own });
  const at = chosen.of === rehearsal ? chosen.step : own;
  const step = rehearsal.byFor[at];
  const name = (index: number): string => durationWords(rehearsal.byFor[index]?.forMs ?? 0);
  const branches = rehearsal.byBranch.filter(({ branch }) => branch !== null).length;
  if (!step) return <Text size="sm">{t('rehearsal.nothing')}</Text>;
  return (
    <div className="rehearsal">
      {typeof rule !== 'string' && isChangedSince(rehearsed, rule) ? (
        <Text size="xs" className="attention">
          {t('rehearsal.changed')}
        </Text>
      ) : null}
      <p className="fired" role="status" data-none={step.fired === 0 || undefined}>
        {firedSentence(step, rehearsed.subject, at === own ? branches : null, t)}
      </p>
      <Text size="xs" c="dimmed">
        {t('rehearsal.lookedAt', { from: formatDate(rehearsal.from).slice(0, -3), to: formatDate(rehearsal.to).slice(0, -3) })} {t(`looksAt.${rehearsed.subject}`, { count: rehearsal.subjects })}
      </Text>
      {rehearsal.byFor.length > 1 ? (
        <div className="for-slider">
          <div className="for-head">
            <span>{t('rehearsal.withFor', { duration: name(at) })}</span>
            <Button variant="light" size="compact-sm" disabled={typeof rule === 'string' || rule.forMs === step.forMs} onClick={() => onUseFor(step.forMs)}>
              {t('rehearsal.use', { duration: name(at) })}
            </Button>
          </div>
          <Slider
            aria-label={t('rehearsal.for')}
            min={0}
            max={rehearsal.byFor.length - 1}
            value={at}
            onChange={next => setChosen({ of: rehearsal, step: next })}
            label={null}
            marks={rehearsal.byFor.map((_, value) => ({ value }))}
            thumbProps={{ 'aria-valuetext': name(at) }}
            size={4}
          />
          <div className="for-ends">
            <span>{name(0)}</span>
            <span>{name(rehearsal.byFor.length - 1)}</span>
          </div>
        </div>
      ) : null}
      {rehearsal.limits === null ? null : (
        <Text size="xs" className="attention">
          {rehearsal.limits}
        </Text>
      )}
      {at === own || rehearsal.firings.length === 0 ? null : (
        <Text size="xs" c="dimmed">
          {t('rehearsal.tablesOf', { duration: durationWords(rehearsed.forMs) })}
        </Text>
      )}
      {branches > 0 ? <Branches rows={rehearsal.byBranch} /> : null}
      {rehearsal.firings.length > 0 ? <Firings rows={rehearsal.firings} to={rehearsal.to} /> : null}
    </div>
  );
}

function Branches({ rows }: { readonly rows: Rehearsal['byBranch'] }): ReactElement {
  const { t } = useTranslation('rules');
  const [all, setAll] = useState(false);
  return (
    <section aria-label={t('rehearsal.byBranch')}>
      <Table horizontalSpacing={8} verticalSpacing={3} fz={12} className="figures">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('rehearsal.branch')}</Table.Th>
            <Table.Th ta="right">{t('rehearsal.times')}</Table.Th>
            <Table.Th ta="right">{t('rehearsal.inAll')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice(0, all ? rows.length : fewRows).map(({ branch, fired, totalMs }) => (
            <Table.Tr key={branch ?? ''}>
              <Table.Td>{branch ?? t('rehearsal.noBranch')}</Table.Td>
              <Table.Td ta="right">{fired}</Table.Td>
              <Table.Td ta="right" className="nowrap">
                {formatDuration(totalMs)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {all ? null : <More hidden={rows.length - fewRows} onShow={() => setAll(true)} />}
    </section>
  );
}

function Firings({ rows, to }: { readonly rows: Rehearsal['firings']; readonly to: number }): ReactElement {
  const { t } = useTranslation('rules');
  const [all, setAll] = useState(false);
  return (
    <section aria-label={t('rehearsal.firings')}>
      <Title order={3} size={12} mb={4}>
        {t('rehearsal.firings')}
      </Title>
      <ul className="firings">
        {rows.slice(0, all ? rows.length : fewRows).map(firing => (
          <li key={`${firing.subject} ${firing.from}`}>
            <span className="firing-subject" title={firing.branch === null ? firing.subject : `${firing.subject}, ${firing.branch}`}>
              {firing.subject}
            </span>
            <span className="figures nowrap">{firing.to === null ? t('rehearsal.still', { duration: formatDuration(to - firing.from) }) : formatDuration(firing.to - firing.from)}</span>
            <span className="firing-when figures">{formatDate(firing.from).slice(5, -3)}</span>
            <span className="firing-value" title={firing.value}>
              {firing.value || dash}
            </span>
          </li>
        ))}
      </ul>
      {all ? null : <More hidden={rows.length - fewRows} onShow={() => setAll(true)} />}
    </section>
  );
}

function More({ hidden, onShow }: { readonly hidden: number; readonly onShow: () => void }): ReactElement | null {
  const { t } = useTranslation('rules');
  if (hidden <= 0) return null;
  return (
    <Button variant="subtle" size="compact-xs" onClick={onShow}>
      {t('rehearsal.more', { count: hidden })}
    </Button>
  );
}
