/** The history of a device, a check, an interface, a branch or a provider: any stretch of it, from minutes to years. */
import { Button } from '@mantine/core';
import { IconFileExport } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { goTo, useParameters } from '../../app/navigation.ts';
import { useReadOnly } from '../../client/hooks.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import type { ExportingPage } from '../../ui/export-offer.ts';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { HistoryView } from './HistoryView.tsx';
import { addressOf, chartedMetrics, placeOf, type Place, type Range } from './place.ts';
import { stretchOf } from './range.ts';
import { TargetChoice } from './TargetChoice.tsx';
import { useTargetNames } from './use-target-names.ts';
import './history.css';

const usualRange: Range = { kind: 'last', span: 'day' };

export function HistoryPage({ onExport }: ExportingPage): ReactElement {
  const { t } = useTranslation('history');
  const readOnly = useReadOnly();
  const place = placeOf(useParameters());
  const names = useTargetNames(place.target);
  const { target } = place;
  const range = place.range ?? usualRange;
  const metric = target && (place.metric ?? chartedMetrics(target)[0] ?? null);
  const show = (part: Partial<Place>): void => goTo(addressOf({ ...place, ...part }));

  return (
    <>
      <PageTitle
        title={t('common:pages.history')}
        actions={
          <Button
            variant="default"
            leftSection={<IconFileExport size={16} stroke={1.5} />}
            disabled={readOnly || target === null || metric === null}
            onClick={() => target && metric && onExport({ what: 'samples', metric, targets: [target], of: names.of, ...stretchOf(range, Date.now()) })}
          >
            {t('export')}
          </Button>
        }
      >
        <TargetChoice target={target} metric={metric} names={names} onChoose={(chosen, its) => show({ target: chosen, metric: its })} />
      </PageTitle>
      {target && metric ? (
        <HistoryView key={JSON.stringify([target, metric])} target={target} metric={metric} range={range} onRange={next => show({ range: next })} />
      ) : (
        <EmptyState title={t('nobody')} sentence={t('nobodySentence')} />
      )}
    </>
  );
}
