/** Where a device has to call for its heartbeat, to be copied into that device. */
import { Code, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '../../client/hooks.ts';
import { heartbeatUrl } from './check-words.ts';

export function HeartbeatAddress({ path }: { readonly path: string }): ReactElement | null {
  const { t } = useTranslation('devices');
  const heartbeat = useQuery('settings.get', {}).value?.values.heartbeat;
  if (!heartbeat) return null;
  return (
    <>
      <Code className="heartbeat-url">{heartbeatUrl(heartbeat, path, t('checks.thisComputer'))}</Code>
      {heartbeat.enabled ? null : (
        <Text size="xs" className="attention">
          {t('checks.notListening')}
        </Text>
      )}
    </>
  );
}
