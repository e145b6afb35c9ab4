/** Uptime of every branch, device or provider's link over a month or the last days; a click shows the history behind a line. */
import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconFileExport, IconTableExport } from '@tabler/icons-react';
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { UptimeRow } from '../../../shared/model/history.ts';
import { goTo } from '../../app/navigation.ts';
import { useKeptQuery, useReadOnly, type Feed } from '../../client/hooks.ts';
import { useView } from '../../state/view.ts';
import { csvFile, csvText } from '../../ui/csv.ts';
import { DataGrid } from '../../ui/DataGrid.tsx';
import { download } from '../../ui/download.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import type { ExportingPage } from '../../ui/export-offer.ts';
import type { GridLayout } from '../../ui/grid-column.ts';
import { monthNames } from '../../ui/month-names.ts';
import { PageSearch } from '../../ui/PageSearch.tsx';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { shownColumns, shownRows } from '../../ui/shown-rows.ts';
import { useNow } from '../../ui/ticker.ts';
import { monthOf, periods, stretchOf, type Period } from './period.ts';
import { reportColumns, type ReportKind } from './report-columns.ts';
import { reportTable } from './report-file.ts';
import { historyOf } from './report-links.ts';

const kinds: readonly ReportKind[] = ['branch', 'device', 'isp'];
const refreshMs = 300_000;
const searchTextOf = (row: UptimeRow): string => [row.name, row.within, row.provider].join(' ');

export function ReportsPage({ onExport }: ExportingPage): ReactElement {
  const { t } = useTranslation('reports');
  const readOnly = useReadOnly();
  const language = useView(view => view.language);
  const [by, setBy] = useState<ReportKind>('branch');
  const [period, setPeriod] = useState<Period>('last-30');
  const [search, setSearch] = useState('');
  const now = useNow(refreshMs);
  const { from, to } = stretchOf(period, now);
  const { kept, error } = useKeptQuery('history.report', { by, from, to });
  // Of another kind of line the last answer says nothing.
  const rows = kept?.input.by === by ? kept.value.rows : null;
  const columns = useMemo(() => reportColumns(t, language, by), [t, language, by]);
  const layout = useView(view => view.layouts[`report-${by}`]);
  const setLayout = useView(view => view.setLayout);
  const keepLayout = useCallback((next: GridLayout) => setLayout(`report-${by}`, next), [setLayout, by]);
  const feed = useMemo<Feed<UptimeRow>>(() => apply => {
    if (rows) apply({ reset: true, upsert: rows, remove: [] });
    return () => {};
  }, [rows]);

  const save = (): void => {
    const shown = reportTable(shownRows(rows ?? [], columns, searchTextOf, { search, layout }), shownColumns(columns, layout), t('common:units.second'));
    download(csvFile(`ward-uptime-${by}-${period}.csv`, csvText(shown.header, shown.rows)));
  };
  const periodName = (each: Period): string => {
    const month = monthOf(each);
    return month === null ? t(`period.${each}`) : `${monthNames(t)[month.index] ?? ''} ${month.year}`;
  };

  return (
    <>
      <PageTitle
        title={t('common:pages.reports')}
        actions={
          <>
            <Button variant="default" leftSection={<IconTableExport size={16} stroke={1.5} />} disabled={!rows || rows.length === 0} onClick={save}>
              {t('save')}
            </Button>
            <Button variant="default" leftSection={<IconFileExport size={16} stroke={1.5} />} disabled={readOnly} onClick={() => onExport({ what: 'states', metric: 'ping', targets: [], of: null, from, to })}>
              {t('export')}
            </Button>
          </>
        }
      >
        <SegmentedControl aria-label={t('by.label')} value={by} onChange={setBy} data={kinds.map(value => ({ value, label: t(`by.${value}`) }))} />
        <Select aria-label={t('period.label')} w={150} allowDeselect={false} data={periods(now).map(value => ({ value, label: periodName(value) }))} value={period} onChange={value => setPeriod(value ?? 'last-30')} />
        <PageSearch label={t('search')} value={search} onChange={setSearch} />
      </PageTitle>
      <ErrorSentence error={error} />
      <DataGrid
        key={by}
        label={t('common:pages.reports')}
        feed={feed}
        columns={columns}
        empty={t(`empty.${by}`)}
        onOpen={row => goTo(historyOf(by, row, { from: kept?.input.from ?? from, to: kept?.input.to ?? to }))}
        search={search}
        searchText={searchTextOf}
        layout={layout}
        onLayout={keepLayout}
      />
    </>
  );
}
