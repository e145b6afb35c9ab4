/** One part of the console: its name, how it is, what is wrong with it in a sentence, and its figures. */
import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Level } from '../../../shared/model/health.ts';
import { Facts } from '../../ui/Facts.tsx';
import { formatAge } from '../../ui/format.ts';
import { useSecond } from '../../ui/ticker.ts';

const levelClasses: Readonly<Record<Level, string>> = { ok: 'state state-up', warning: 'state state-degraded', problem: 'state state-down' };

type Props = {
  readonly title: string;
  /** null: not told yet. */
  readonly level: Level | null;
  readonly message?: string | null;
  /** UTC ms: nothing has been heard of this part since, so its level is no longer known. */
  readonly unheardSince?: number | null;
  readonly facts: readonly { readonly name: string; readonly value: ReactNode }[];
  /** Under the figures. */
  readonly children?: ReactNode;
};

export function HealthPanel({ title, level, message = null, unheardSince = null, facts, children }: Props): ReactElement {
  const { t } = useTranslation('system');
  return (
    <Paper component="section" aria-label={title} withBorder p={16}>
      <Stack gap={12}>
        <Group justify="space-between" gap={12}>
          <Title order={2} size={14}>
            {title}
          </Title>
          {unheardSince === null ? <span className={level === null ? 'state state-no-data' : levelClasses[level]}>{t(`level.${level ?? 'unknown'}`)}</span> : <Unheard since={unheardSince} />}
        </Group>
        {message === null ? null : (
          <Text size="sm" role="status" {...(level === 'problem' ? { className: 'trouble' } : {})}>
            {message}
          </Text>
        )}
        {facts.length === 0 ? null : <Facts facts={facts} />}
        {children}
      </Stack>
    </Paper>
  );
}

function Unheard({ since }: { readonly since: number }): ReactElement {
  const { t } = useTranslation('system');
  return <span className="state state-stale figures">{t('level.unheard', { age: formatAge(useSecond() - since) })}</span>;
}
