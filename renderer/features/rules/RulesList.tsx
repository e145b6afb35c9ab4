/** All rules in a grid, the gravest on top. */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleRow } from '../../../shared/model/rule.ts';
import type { AppError } from '../../../shared/rpc/contract.ts';
import { goTo } from '../../app/navigation.ts';
import { useFeed, useReadOnly } from '../../client/hooks.ts';
import { useDeviceNames } from '../../client/use-device-names.ts';
import { useView } from '../../state/view.ts';
import { DataGrid } from '../../ui/DataGrid.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { PageSearch } from '../../ui/PageSearch.tsx';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { editorPath, newPath } from './rule-place.ts';
import { ruleColumns, ruleWords } from './rule-columns.ts';

export function RulesList(): ReactElement {
  const { t, i18n } = useTranslation('rules');
  const readOnly = useReadOnly();
  const feed = useFeed('rules.live', {});
  const devices = useDeviceNames();
  const columns = useMemo(() => {
    const names = new Map<string, string>((devices ?? []).map(device => [device.id, device.name]));
    return ruleColumns(t, i18n.language, id => names.get(id));
  }, [t, i18n.language, devices]);
  const layout = useView(view => view.layouts['rules']);
  const setLayout = useView(view => view.setLayout);
  const [search, setSearch] = useState('');
  const [failure, setFailure] = useState<AppError | null>(null);
  return (
    <>
      <PageTitle
        title={t('common:pages.rules')}
        actions={
          <>
            <PageSearch label={t('search')} value={search} onChange={setSearch} />
            <Button leftSection={<IconPlus size={16} stroke={1.5} />} disabled={readOnly} onClick={() => goTo(newPath)}>
              {t('add')}
            </Button>
          </>
        }
      />
      <ErrorSentence error={failure} />
      <DataGrid
        label={t('common:pages.rules')}
        feed={feed}
        columns={columns}
        empty={t('empty')}
        onOpen={(rule: RuleRow) => goTo(editorPath(rule.id))}
        search={search}
        searchText={rule => `${rule.name} ${rule.description} ${ruleWords(rule, t)}`}
        onFail={setFailure}
        layout={layout}
        onLayout={next => setLayout('rules', next)}
      />
    </>
  );
}
