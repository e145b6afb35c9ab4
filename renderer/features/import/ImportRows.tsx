/** The two tables of an import preview: rows that cannot be written, and the first that can. */
import { Stack, Table, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportFailure, ImportReport } from '../../../shared/model/import.ts';
import { dash } from '../../ui/format.ts';

type Props = { readonly report: ImportReport; /** CSS length the table may grow to before it scrolls. */ readonly height: string };

/** The reason stands in the user's language where we have it, else in the engine's sentence. */
export function FailingRows({ report, height }: Props): ReactElement {
  const { t, i18n } = useTranslation('import');
  const reason = ({ problem, message }: ImportFailure): string => (!i18n.language.startsWith('en') && i18n.exists(`import:problem.${problem}`) ? t(`problem.${problem}`) : message);
  return (
    <Section title={t('failing.title', { count: report.failedCount })} trouble shown={report.failures.length} total={report.failedCount} height={height}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={64} ta="right">
            {t('failing.line')}
          </Table.Th>
          <Table.Th w="50%">{t('failing.reason')}</Table.Th>
          <Table.Th>{t('failing.text')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {report.failures.map((failure, index) => (
          <Table.Tr key={index}>
            <Table.Td ta="right">{failure.line}</Table.Td>
            <Table.Td>{reason(failure)}</Table.Td>
            <Table.Td ff="monospace" fz={12} style={{ overflowWrap: 'anywhere' }}>
              {failure.text}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Section>
  );
}

export function ValidRows({ report, height }: Props): ReactElement {
  const { t } = useTranslation('import');
  return (
    <Section title={t('valid.title', { count: report.validCount })} shown={report.sample.length} total={report.validCount} height={height}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={64} ta="right">
            {t('valid.line')}
          </Table.Th>
          {(['name', 'address', 'type', 'branch', 'region', 'snmp'] as const).map(field => (
            <Table.Th key={field}>{t(`valid.${field}`)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {report.sample.map(row => (
          <Table.Tr key={row.line}>
            <Table.Td ta="right">{row.line}</Table.Td>
            <Table.Td>{row.name}</Table.Td>
            <Table.Td>{row.address}</Table.Td>
            <Table.Td>{t(`common:type.${row.type}`)}</Table.Td>
            <Table.Td>{row.branch ?? dash}</Table.Td>
            <Table.Td>{row.region ?? dash}</Table.Td>
            <Table.Td>{row.snmp ? t('valid.snmpYes') : dash}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Section>
  );
}

type SectionProps = { readonly title: string; readonly trouble?: boolean; readonly shown: number; readonly total: number; readonly height: string; readonly children: ReactNode };

function Section({ title, trouble = false, shown, total, height, children }: SectionProps): ReactElement {
  const { t } = useTranslation('import');
  return (
    <Stack gap={4} component="section" aria-label={title}>
      <Text size="sm" fw={600} {...(trouble ? { className: 'trouble' } : {})}>
        {title}
        {shown < total ? (
          <Text component="span" size="xs" c="dimmed" fw={400} ml={8}>
            {t('facts.first', { shown })}
          </Text>
        ) : null}
      </Text>
      <Table.ScrollContainer minWidth={720} type="native" mah={height} style={{ overflow: 'auto' }}>
        <Table className="figures" stickyHeader verticalSpacing={4} horizontalSpacing={8} fz={13} aria-label={title}>
          {children}
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
