/** One group of settings with its own Save button: what stands in it is a draft until that is pressed. */
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactElement, type ReactNode, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { AppError } from '../../../shared/rpc/contract.ts';
import { useReadOnly } from '../../client/hooks.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';

type Props = {
  readonly title: string;
  readonly sentence: string;
  /** The draft differs from what is stored. */
  readonly dirty: boolean;
  /** Every field of the draft can be stored. */
  readonly valid: boolean;
  /** Rejects with an AppError. `declined`: asked once more, the user decided against it. */
  readonly onSave: () => Promise<'saved' | 'declined'>;
  readonly onDiscard: () => void;
  readonly children: ReactNode;
  /** Under the button: what is not part of what is saved. */
  readonly more?: ReactNode;
};

type Saving = { readonly kind: 'idle' } | { readonly kind: 'saving' } | { readonly kind: 'saved' } | { readonly kind: 'failed'; readonly error: AppError };

export function SettingsCard({ title, sentence, dirty, valid, onSave, onDiscard, children, more }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const readOnly = useReadOnly();
  const [saving, setSaving] = useState<Saving>({ kind: 'idle' });

  const save = async (): Promise<void> => {
    setSaving({ kind: 'saving' });
    try {
      setSaving({ kind: (await onSave()) === 'saved' ? 'saved' : 'idle' });
    } catch (error) {
      setSaving({ kind: 'failed', error: error instanceof AppError ? error : new AppError('internal', String(error)) });
    }
  };
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (dirty && valid && saving.kind !== 'saving') void save();
  };
  const discard = (): void => {
    setSaving({ kind: 'idle' });
    onDiscard();
  };

  return (
    <Paper component="form" aria-label={title} withBorder p={16} onSubmit={onSubmit} noValidate>
      <Stack gap={12} h="100%">
        <div>
          <Title order={2} size={14}>
            {title}
          </Title>
          <Text size="xs" c="dimmed">
            {sentence}
          </Text>
        </div>
        {children}
        {saving.kind === 'failed' ? <ErrorSentence error={saving.error} /> : null}
        <Group justify="flex-end" gap={8} mt="auto" mih={30}>
          <Text size="xs" c="dimmed" role="status" mr="auto">
            {dirty ? t('unsaved') : saving.kind === 'saved' ? t('saved') : ''}
          </Text>
          {dirty ? (
            <Button variant="default" onClick={discard} disabled={saving.kind === 'saving'}>
              {t('discard')}
            </Button>
          ) : null}
          <Button type="submit" disabled={readOnly || !dirty || !valid} loading={saving.kind === 'saving'}>
            {t('common:actions.save')}
          </Button>
        </Group>
        {more}
      </Stack>
    </Paper>
  );
}
