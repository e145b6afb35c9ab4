/** The second step of an import: what the file says, which rows fail and why, and the button that writes. */
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureSentence } from './FailureSentence.tsx';
import { FailingRows, ValidRows } from './ImportRows.tsx';
import { delimiterKeys, encodingNames } from './words.ts';
import type { Preview } from './use-import.ts';

type Props = {
  readonly preview: Preview;
  readonly onAllowShared: (allowed: boolean) => void;
  readonly onCommit: () => void;
  readonly onAgain: () => void;
};

export function ImportPreview({ preview, onAllowShared, onCommit, onAgain }: Props): ReactElement {
  const { t } = useTranslation('import');
  const { report, work } = preview;
  const both = report.failedCount > 0 && report.validCount > 0;
  // Everything but the tables takes about 430 px; the tables scroll, the dialog does not.
  const tableHeight = both ? 'max(120px, calc((100dvh - 450px) / 2))' : 'calc(100dvh - 420px)';
  return (
    <Stack gap={12}>
      <FileFacts preview={preview} />
      {report.failedCount > 0 ? <FailingRows report={report} height={tableHeight} /> : null}
      {report.validCount > 0 ? <ValidRows report={report} height={tableHeight} /> : <Text size="sm">{t('nothingValid')}</Text>}
      <Checkbox
        size="sm"
        label={t('allowShared')}
        checked={preview.allowSharedAddresses}
        disabled={work !== 'none'}
        onChange={event => onAllowShared(event.currentTarget.checked)}
      />
      <FailureSentence failure={preview.failure} />
      <Group justify="space-between" gap={12}>
        <Text size="xs" c="dimmed" role="status">
          {t(work === 'previewing' ? 'previewing' : 'notWritten')}
        </Text>
        <Group gap={8}>
          <Button variant="default" onClick={onAgain} disabled={work === 'committing'} autoFocus={report.validCount === 0}>
            {t('again')}
          </Button>
          <Button onClick={onCommit} disabled={report.validCount === 0 || work === 'previewing'} loading={work === 'committing'} autoFocus>
            {t('commit', { count: report.validCount })}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

/** How the file was read: its name, encoding, delimiter and length, then its columns; those left out are struck through. */
function FileFacts({ preview: { source, report } }: { readonly preview: Preview }): ReactElement {
  const { t, i18n } = useTranslation('import');
  const facts = [source.name ?? t('pastedText'), encodingNames[report.encoding], t(delimiterKeys[report.delimiter]), t('facts.rows', { count: report.rowCount })];
  return (
    <Stack gap={4}>
      <Text size="sm" truncate title={source.name ?? undefined}>
        {facts.join(' · ')}
      </Text>
      <Group gap={12} role="list" aria-label={t('facts.columns')}>
        {report.columns.map(({ header, field }, index) => {
          const known = field !== null && i18n.exists(`import:field.${field}`) ? t(`field.${field}`) : field;
          return (
            // Headers may repeat; the columns of one report never move.
            <Text key={index} component="span" role="listitem" size="xs" {...(field === null ? { c: 'dimmed' } : {})}>
              {field === null ? (
                <>
                  <s>{header || '–'}</s> {t('facts.leftOut')}
                </>
              ) : (
                <>
                  {header} → {known}
                </>
              )}
            </Text>
          );
        })}
      </Group>
    </Stack>
  );
}
