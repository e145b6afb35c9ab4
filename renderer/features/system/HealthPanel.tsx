/** One part of the console: its name, how it is, what is wrong with it in a sentence, and its figures. */
import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Level } from '../../../shared/model/health.ts';
import { Facts } from '../../ui/Facts.tsx';

const levelClasses: Readonly<Record<Level, string>> = { ok: 'state state-up', warning: 'state state-degraded', problem: 'state state-down' };

type Props = {
  readonly title: string;
  /** null: not told yet. */
  readonly level: Level | null;
  readonly message?: string | null;
  readonly facts: readonly { readonly name: string; readonly value: ReactNode }[];
  /** Under the figures. */
  readonly children?: ReactNode;
};

export function HealthPanel({ title, level, message = null, facts, children }: Props): ReactElement {
  const { t } = useTranslation('system');
  return (
    <Paper component="section" aria-label={title} withBorder p={16}>
      <Stack gap={12}>
        <Group justify="space-between" gap={12}>
          <Title order={2} size={14}>
            {title}
          </Title>
          <span className={level === null ? 'state state-no-data' : levelClasses[level]}>{t(`level.${level ?? 'unknown'}`)}</span>
        </Group>
        {message === null ? null : (
          <Text size="sm" role="status" {...(level === 'problem' ? { className: 'trouble' } : {})}>
            {message}
          </Text>
        )}
        <Facts facts={facts} />
        {children}
      </Stack>
    </Paper>
  );
}
