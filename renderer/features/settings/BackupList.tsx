/** The backups of a folder, the newest on top, and the way back to one of them. */
import { Button, Stack, Table, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '../../../shared/model/storage.ts';
import { useCommand, useReadOnly } from '../../client/hooks.ts';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { dash, formatBytes, formatDate } from '../../ui/format.ts';

export function BackupList({ backups }: { readonly backups: readonly Backup[] }): ReactElement {
  const { t, i18n } = useTranslation('settings');
  const readOnly = useReadOnly();
  const restore = useCommand('backup.restore');
  const [asking, setAsking] = useState<Backup | null>(null);
  const [done, setDone] = useState<{ readonly keptAs: string; readonly devices: number } | null>(null);
  const number = (value: number): string => new Intl.NumberFormat(i18n.language).format(value);

  if (backups.length === 0) return <Text size="sm">{t('backup.list.none')}</Text>;
  return (
    <Stack gap={12}>
      {done ? (
        <Text size="sm" role="status" className="job-sentence">
          {t('backup.restored', { count: done.devices, devices: number(done.devices), keptAs: done.keptAs })}
        </Text>
      ) : null}
      <Table horizontalSpacing={8} verticalSpacing={4} fz={13}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('backup.list.at')}</Table.Th>
            <Table.Th>{t('backup.list.name')}</Table.Th>
            <Table.Th ta="right">{t('backup.list.size')}</Table.Th>
            <Table.Th ta="right">{t('backup.list.devices')}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {backups.map(backup => (
            <Table.Tr key={backup.file}>
              <Table.Td className="figures nowrap">{formatDate(backup.at)}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {backup.name}
                {backup.problem === null ? null : (
                  <Text size="xs" className="attention">
                    {backup.problem}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right" className="figures nowrap">
                {formatBytes(backup.bytes)}
              </Table.Td>
              <Table.Td ta="right" className="figures nowrap">
                {backup.devices === null ? dash : number(backup.devices)}
              </Table.Td>
              <Table.Td ta="right">
                <Button variant="default" size="compact-sm" disabled={readOnly || backup.problem !== null || restore.running} onClick={() => setAsking(backup)}>
                  {t('backup.list.restore')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <ErrorSentence error={restore.error} />
      <ConfirmDialog
        opened={asking !== null}
        onClose={() => setAsking(null)}
        title={t('backup.restore.title')}
        message={asking ? <Decision backup={asking} devices={asking.devices === null ? dash : number(asking.devices)} /> : ''}
        confirmLabel={t('backup.restore.confirm')}
        destructive
        running={restore.running}
        onConfirm={() => {
          if (asking) void restore.run({ file: asking.file }).then(setDone).catch(() => {}).finally(() => setAsking(null)); // A refusal stands under the list.
        }}
      />
    </Stack>
  );
}

/** What will happen. */
function Decision({ backup, devices }: { readonly backup: Backup; readonly devices: string }): ReactElement {
  const { t } = useTranslation('settings');
  return (
    <Stack gap={8}>
      <Text size="sm" className="figures" fw={500}>
        {t('backup.restore.from', { at: formatDate(backup.at), devices, count: backup.devices ?? 0 })}
      </Text>
      <Text size="sm">{t('backup.restore.kept')}</Text>
      <Text size="sm">{t('backup.restore.then')}</Text>
    </Stack>
  );
}
