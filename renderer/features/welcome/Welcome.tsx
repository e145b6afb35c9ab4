/** What stands there before anything is watched: three ways to begin, one click each. A file may also be dropped anywhere on it. */
import { Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import '@mantine/dropzone/styles.css';
import { IconFileUpload, IconPlayerPlay, IconPlus, type Icon } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommand, useReadOnly } from '../../client/hooks.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';

type Props = {
  onAddDevice(): void;
  /** With a file when one was dropped. */
  onImport(file?: File): void;
};

export function Welcome({ onAddDevice, onImport }: Props): ReactElement {
  const { t } = useTranslation('welcome');
  const readOnly = useReadOnly();
  const { run, running, error } = useCommand('settings.update');
  const watchDemo = (): void => {
    run({ patch: { demo: { enabled: true } } }).catch(() => {}); // Kept in `error` and shown below.
  };
  return (
    <Dropzone
      onDrop={([file]) => onImport(file)}
      multiple={false}
      disabled={readOnly}
      activateOnClick={false}
      activateOnKeyboard={false}
      enablePointerEvents
      tabIndex={-1}
      h="100%"
      styles={{ root: { border: 0, background: 'transparent', cursor: 'default' }, inner: { height: '100%' } }}
    >
      <Stack align="center" justify="center" h="100%" gap={32} component="section" aria-label={t('title')}>
        <Stack align="center" gap={8}>
          <Title order={1} size={28} fw={600} ta="center">
            {t('title')}
          </Title>
          <Text c="dimmed" ta="center" maw={520}>
            {t('sentence')}
          </Text>
        </Stack>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing={16} maw={880} w="100%">
          <Way icon={IconPlus} title={t('add.button')} sentence={t('add.sentence')} disabled={readOnly} onClick={onAddDevice} primary />
          <Way icon={IconFileUpload} title={t('import.button')} sentence={t('import.sentence')} disabled={readOnly} onClick={() => onImport()} />
          <Way icon={IconPlayerPlay} title={t('demo.button')} sentence={t('demo.sentence')} disabled={readOnly} onClick={watchDemo} loading={running} />
        </SimpleGrid>
        <Group justify="center" mih={20}>
          {readOnly ? <Text size="sm">{t('readOnly')}</Text> : error ? <ErrorSentence error={error} /> : <Text size="xs" c="dimmed">{t('drop')}</Text>}
        </Group>
      </Stack>
    </Dropzone>
  );
}

type WayProps = {
  readonly icon: Icon;
  readonly title: string;
  readonly sentence: string;
  readonly disabled: boolean;
  readonly loading?: boolean;
  readonly primary?: boolean;
  readonly onClick: () => void;
};

function Way({ icon: Symbol, title, sentence, disabled, loading = false, primary = false, onClick }: WayProps): ReactElement {
  return (
    <Stack gap={8} align="stretch">
      <Button size="md" variant={primary ? 'filled' : 'default'} leftSection={<Symbol size={18} stroke={1.5} aria-hidden />} onClick={onClick} disabled={disabled} loading={loading}>
        {title}
      </Button>
      <Text size="xs" c="dimmed" ta="center">
        {sentence}
      </Text>
    </Stack>
  );
}
