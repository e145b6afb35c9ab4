/** Which console this is, and how this window reaches its engine. */
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Level } from '../../../shared/model/health.ts';
import type { ConnectionStatus } from '../../client/connection.ts';
import { useConnection, useHello, useQuery } from '../../client/hooks.ts';
import { useStale, type Stale } from '../../client/stale.ts';
import { HealthPanel } from './HealthPanel.tsx';

const levels: Readonly<Record<ConnectionStatus['status'] | Stale['kind'], Level | null>> = { connecting: null, connected: 'ok', lost: 'problem', silent: 'problem', refused: 'problem' };

export function ConsolePanel(): ReactElement {
  const { t } = useTranslation('system');
  const connection = useConnection();
  const state = useStale()?.kind ?? connection.status;
  const hello = useHello();
  // Asked anew: the station may have been renamed since the connection was made.
  const station = useQuery('system.hello', {}).value?.station ?? null;
  return (
    <HealthPanel
      title={t('console.title')}
      level={levels[state]}
      facts={[
        { name: t('console.connection'), value: t(`connection.${state}`) },
        { name: t('console.product'), value: hello && `${hello.product} ${hello.version}` },
        { name: t('console.contract'), value: hello && <span className="figures">{`${hello.contractVersion} (${hello.contractHash})`}</span> },
        { name: t('console.station'), value: station },
        { name: t('console.rights'), value: hello && t(hello.readOnly ? 'console.readOnly' : 'console.full') },
      ]}
    />
  );
}
