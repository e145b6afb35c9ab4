/** Where a device has to call for its heartbeat, to be copied into that device. */
import { Code, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '../../client/hooks.ts';
import { heartbeatOrigin } from './check-words.ts';

export function HeartbeatAddress({ path }: { readonly path: string }): ReactElement | null {
  const { t } = useTranslation('devices');
  const heartbeat = useQuery('settings.get', {}).value?.values.heartbeat;
  if (!heartbeat) return null;
  return (
    <>
      <Code className="heartbeat-url">
        {heartbeatOrigin(heartbeat, t('checks.thisComputer'))}
        {/* Where it is too long for the line it goes on below as a whole. */}
        <wbr />
        {path}
      </Code>
      {heartbeat.enabled ? null : (
        <Text size="xs" className="attention">
          {t('checks.notListening')}
        </Text>
      )}
    </>
  );
}
