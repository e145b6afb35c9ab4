/** Asks for the name of the provider whose internet link an interface is. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/Dialog.tsx';

type Props = {
  /** null: closed. */
  readonly interfaceName: string | null;
  /** The provider it is marked with, or nothing. */
  readonly provider: string;
  readonly running: boolean;
  readonly onClose: () => void;
  readonly onSave: (provider: string) => void;
};

export function ProviderDialog({ interfaceName, onClose, ...form }: Props): ReactElement {
  const { t } = useTranslation('devices');
  return (
    <Dialog opened={interfaceName !== null} onClose={onClose} title={t('interfaces.markTitle', { name: interfaceName ?? '' })} width={440}>
      {interfaceName === null ? null : <ProviderForm key={interfaceName} onClose={onClose} {...form} />}
    </Dialog>
  );
}

function ProviderForm({ provider, running, onClose, onSave }: Omit<Props, 'interfaceName'>): ReactElement {
  const { t } = useTranslation('devices');
  const [name, setName] = useState(provider);
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        onSave(name.trim());
      }}
    >
      <Stack gap={20}>
        <TextInput label={t('interfaces.provider')} description={t('interfaces.markHint')} value={name} maxLength={80} onChange={event => setName(event.currentTarget.value)} data-autofocus />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button type="submit" loading={running} disabled={name.trim() === ''}>
            {t('common:actions.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
