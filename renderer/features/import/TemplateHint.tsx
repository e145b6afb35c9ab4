/** Shows what an inventory file looks like, to download or to copy. */
import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../../ui/download.ts';
import { templateFile, templateText } from './template.ts';

export function TemplateHint(): ReactElement {
  const { t } = useTranslation('import');
  const clipboard = useClipboard({ timeout: 3_000 });
  return (
    <Stack gap={8}>
      <Group justify="space-between" align="end" gap={12}>
        <div>
          <Text size="sm" fw={500}>
            {t('template.title')}
          </Text>
          <Text size="xs" c="dimmed">
            {t('template.hint')}
          </Text>
        </div>
        <Group gap={8}>
          <Button variant="subtle" size="compact-sm" onClick={() => clipboard.copy(templateText)}>
            {clipboard.copied ? t('template.copied') : t('template.copy')}
          </Button>
          <Button variant="subtle" size="compact-sm" onClick={() => download(templateFile())}>
            {t('template.download')}
          </Button>
        </Group>
      </Group>
      <Code block fz={12}>
        {templateText}
      </Code>
      {clipboard.error ? (
        <Text role="alert" size="xs" className="trouble">
          {t('template.copyFailed')}
        </Text>
      ) : null}
    </Stack>
  );
}
