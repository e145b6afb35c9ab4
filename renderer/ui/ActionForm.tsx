/** The form of a dialog that does one thing: a sentence about what it does, its fields, what went wrong, and the button. */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../shared/rpc/contract.ts';
import { ErrorSentence } from './ErrorSentence.tsx';

type Props = {
  /** What it does. */
  readonly sentence: ReactNode;
  /** A verb. */
  readonly submitLabel: string;
  readonly running: boolean;
  readonly disabled?: boolean;
  readonly error: AppError | null;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
};

/** Ctrl+Enter sends from any field, also from one of many lines. */
export function ActionForm({ sentence, submitLabel, running, disabled = false, error, onSubmit, onClose, children }: Props): ReactElement {
  const { t } = useTranslation();
  const submit = (): void => {
    if (!running && !disabled) onSubmit();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap={16}>
        <Text size="sm">{sentence}</Text>
        {children}
        <ErrorSentence error={error} />
        <Group justify="space-between" gap={8}>
          <Text size="xs" c="dimmed">
            {t('actions.sendKey')}
          </Text>
          <Group gap={8}>
            <Button variant="default" onClick={onClose}>
              {t('actions.cancel')}
            </Button>
            <Button type="submit" loading={running} disabled={disabled}>
              {submitLabel}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
