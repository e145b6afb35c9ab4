/** How the console itself is: each part in the open, each problem as a sentence. */
import { SimpleGrid, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useRow } from '../../client/hooks.ts';
import type { ExportingPage } from '../../ui/export-offer.ts';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { ConsolePanel } from './ConsolePanel.tsx';
import { JobsPanel } from './JobsPanel.tsx';
import { JournalPanel } from './JournalPanel.tsx';
import { AlertingPanel, EnginePanel, FleetPanel, PollingPanel, StorePanel } from './panels.tsx';

/** A month of samples is what the export begins with. */
const offeredMs = 30 * 86_400_000;

export function SystemPage({ onExport }: ExportingPage): ReactElement {
  const { t } = useTranslation('system');
  const engine = useRow('system.health', {}, 'engine');
  const polling = useRow('system.health', {}, 'polling');
  const store = useRow('system.health', {}, 'store');
  const fleet = useRow('system.health', {}, 'fleet');
  const alerting = useRow('system.health', {}, 'alerting');
  const sight = useRow('system.health', {}, 'sight');
  return (
    <>
      <PageTitle title={t('common:pages.system')} />
      <SimpleGrid cols={2} spacing={12} mb={12}>
        <Stack gap={12}>
          <EnginePanel row={engine} />
          <StorePanel row={store} />
          <ConsolePanel />
        </Stack>
        <Stack gap={12}>
          <PollingPanel row={polling} />
          <AlertingPanel row={alerting} />
          <FleetPanel row={fleet} />
        </Stack>
      </SimpleGrid>
      <Stack gap={12}>
        <JobsPanel onExport={() => onExport({ what: 'samples', metric: 'ping', targets: [], of: null, from: Date.now() - offeredMs, to: Date.now() })} />
        <JournalPanel sight={sight} />
      </Stack>
    </>
  );
}
