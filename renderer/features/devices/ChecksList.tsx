/** The further checks of a device, one under the other: how each is, what it said, how long ago, and how long it took. */
import { Group, Text, Title, VisuallyHidden } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Check } from '../../../shared/model/check.ts';
import { Age } from '../../ui/Age.tsx';
import { checkDraftOf, draftTarget } from './check-draft.ts';
import { checkClass, checkStateWords } from './check-words.ts';
import { HeartbeatAddress } from './HeartbeatAddress.tsx';

export function ChecksList({ checks }: { readonly checks: readonly Check[] }): ReactElement | null {
  const { t } = useTranslation('devices');
  if (checks.length === 0) return null;
  return (
    <section aria-label={t('checks.title')}>
      <Title order={3} size={14} mb={4}>
        {t('checks.title')}
      </Title>
      <ul className="check-list">
        {checks.map(check => (
          <CheckItem key={check.id} check={check} />
        ))}
      </ul>
    </section>
  );
}

function CheckItem({ check }: { readonly check: Check }): ReactElement {
  const { t } = useTranslation('devices');
  const target = draftTarget(checkDraftOf(check));
  const kind = t(`checks.kind.${check.kind}`);
  const isNamed = check.name !== '';
  const state = checkStateWords(check, t);
  return (
    <li>
      <Group gap={12} wrap="nowrap" justify="space-between">
        <span className={`${checkClass(check)} check-name`} title={state}>
          {/* Where the word is not on screen, the mark alone says it. */}
          {check.at === null ? null : <VisuallyHidden>{state}: </VisuallyHidden>}
          <span className="check-words">
            {isNamed ? check.name : kind} <span className="check-target">{isNamed ? `${kind} ${target}` : target}</span>
          </span>
        </span>
        <Text size="xs" c="dimmed" className="figures check-when">
          {check.elapsedMs === null ? null : `${Math.round(check.elapsedMs)} ${t('common:units.millisecond')} · `}
          {check.at === null ? state : <Age since={check.at} as="age" />}
        </Text>
      </Group>
      {check.message === null ? null : (
        <Text size="xs" c="dimmed" className="check-message">
          {check.message}
        </Text>
      )}
      {check.heartbeatPath === null ? null : (
        <div className="check-message">
          <HeartbeatAddress path={check.heartbeatPath} />
        </div>
      )}
    </li>
  );
}
