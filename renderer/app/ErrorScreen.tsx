/** Screens for what stands in the way of the console: one sentence that says what to do, and the button that does it. */
import { Button, Code, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { EngineStatus } from '../../shared/api/shell.ts';
import type { HealthRow } from '../../shared/model/health.ts';
import { useCommand, useReadOnly } from '../client/hooks.ts';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { ErrorSentence } from '../ui/ErrorSentence.tsx';
import { Facts } from '../ui/Facts.tsx';
import { notifyError } from '../ui/notify.ts';

type StoreHealth = Extract<HealthRow, { id: 'store' }>;

function Screen({ title, sentence, children }: { readonly title: string; readonly sentence: string; readonly children?: ReactNode }): ReactElement {
  return (
    <main className="error-screen">
      <Stack gap={16} maw={560}>
        <IconAlertTriangle size={32} stroke={1.5} className="trouble" aria-hidden />
        <Title order={1} size={20}>
          {title}
        </Title>
        <Text>{sentence}</Text>
        {children}
      </Stack>
    </main>
  );
}

const reload = (): void => location.reload();

export function TokenScreen(): ReactElement {
  const { t } = useTranslation();
  return <Screen title={t('screens.token.title')} sentence={t('screens.token.sentence')} />;
}

export function OtherBuildScreen(): ReactElement {
  const { t } = useTranslation();
  return (
    <Screen title={t('screens.otherBuild.title')} sentence={t('screens.otherBuild.sentence')}>
      <Button size="sm" onClick={reload} w="fit-content">
        {t('screens.otherBuild.action')}
      </Button>
    </Screen>
  );
}

/** A damaged database: kept under the name told here, and only then replaced, when a person says so twice. */
export function DamagedStoreScreen({ store }: { readonly store: StoreHealth }): ReactElement {
  const { t } = useTranslation();
  const readOnly = useReadOnly();
  const startFresh = useCommand('system.startFresh');
  const [asking, setAsking] = useState(false);
  const name = store.setAsideAs ?? '';
  return (
    <Screen title={t('screens.damaged.title')} sentence={t('screens.damaged.sentence')}>
      <Facts
        facts={[
          { name: t('screens.damaged.file'), value: <Code>{store.file}</Code> },
          { name: t('screens.damaged.keptAs'), value: <Code>{name}</Code> },
        ]}
      />
      <ErrorSentence error={startFresh.error} />
      <Button size="sm" onClick={() => setAsking(true)} w="fit-content" disabled={readOnly || name === ''}>
        {t('screens.damaged.action')}
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('screens.damaged.action')}
        message={t('screens.damaged.confirm', { name })}
        confirmLabel={t('screens.damaged.confirmAction')}
        destructive
        running={startFresh.running}
        onConfirm={() => void startFresh.run({ setAsideAs: name }).finally(() => setAsking(false)).catch(notifyError)}
      />
    </Screen>
  );
}

export function EngineStoppedScreen({ status, onStart }: { readonly status: EngineStatus; readonly onStart: () => Promise<void> }): ReactElement {
  const { t } = useTranslation();
  const [starting, setStarting] = useState(false);
  const start = async (): Promise<void> => {
    setStarting(true);
    await onStart().catch(notifyError);
    setStarting(false);
  };
  // Without a crash the engine itself refused to start, and its reason says what to do.
  const refused = status.crashes === 0 && status.reason !== null;
  return (
    <Screen
      title={t(refused ? 'screens.refused.title' : 'screens.stopped.title')}
      sentence={refused ? (status.reason ?? '') : t('screens.stopped.sentence', { count: status.crashes })}
    >
      {refused || status.reason === null ? null : <Facts facts={[{ name: t('screens.stopped.reason'), value: status.reason }]} />}
      <Button size="sm" onClick={() => void start()} loading={starting} w="fit-content">
        {t('screens.stopped.action')}
      </Button>
    </Screen>
  );
}

export function BrokenScreen({ detail }: { readonly detail: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <Screen title={t('screens.broken.title')} sentence={t('screens.broken.sentence')}>
      <Code block>{detail}</Code>
      <Button size="sm" onClick={reload} w="fit-content">
        {t('screens.broken.action')}
      </Button>
    </Screen>
  );
}
