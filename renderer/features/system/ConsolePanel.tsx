/** Which console this is, and how this window reaches its engine. */
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Level } from '../../../shared/model/health.ts';
import { useConnection, useHello } from '../../client/hooks.ts';
import type { ConnectionStatus } from '../../client/connection.ts';
import { HealthPanel } from './HealthPanel.tsx';

const levels: Readonly<Record<ConnectionStatus['status'], Level | null>> = { connecting: null, connected: 'ok', lost: 'problem', refused: 'problem' };

export function ConsolePanel(): ReactElement {
  const { t } = useTranslation('system');
  const { status } = useConnection();
  const hello = useHello();
  return (
    <HealthPanel
      title={t('console.title')}
      level={levels[status]}
      facts={[
        { name: t('console.connection'), value: t(`connection.${status}`) },
        { name: t('console.product'), value: hello && `${hello.product} ${hello.version}` },
        { name: t('console.contract'), value: hello && <span className="figures">{`${hello.contractVersion} (${hello.contractHash})`}</span> },
        { name: t('console.station'), value: hello && hello.station },
        { name: t('console.rights'), value: hello && t(hello.readOnly ? 'console.readOnly' : 'console.full') },
      ]}
    />
  );
}
