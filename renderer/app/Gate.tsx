/** Lets the console through, or shows the one thing that stands in the way of it. */
import { Center, Loader, Stack, Text } from '@mantine/core';
import { Fragment, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection, useRow } from '../client/hooks.ts';
import { useEngineProcess } from '../client/shell.ts';
import { Age } from '../ui/Age.tsx';
import { DamagedStoreScreen, EngineStoppedScreen, OtherBuildScreen, TokenScreen } from './ErrorScreen.tsx';

export function Gate({ children }: { readonly children: ReactNode }): ReactElement {
  const connection = useConnection();
  const store = useRow('system.health', {}, 'store');
  const { status: engine, startEngine } = useEngineProcess();

  if (engine?.state === 'stopped') return <EngineStoppedScreen status={engine} onStart={startEngine} />;
  if (connection.status === 'refused') return connection.reason === 'token' ? <TokenScreen /> : <OtherBuildScreen />;
  if (connection.status === 'connecting') return <Connecting since={connection.since} />;
  if (store?.state === 'damaged') return <DamagedStoreScreen store={store} />;
  return <Fragment>{children}</Fragment>;
}

function Connecting({ since }: { readonly since: number }): ReactElement {
  const { t } = useTranslation();
  return (
    <Center h="100vh">
      <Stack align="center" gap={12} className="late">
        <Loader size="sm" />
        <Text>
          {t('connection.connecting')} <Age since={since} as="age" />
        </Text>
      </Stack>
    </Center>
  );
}
