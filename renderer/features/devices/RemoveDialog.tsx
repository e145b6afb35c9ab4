/** Asks before devices are removed with their history. */
import { type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceRow } from '../../../shared/model/device.ts';
import { useCommand } from '../../client/hooks.ts';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { notify, notifyError } from '../../ui/notify.ts';

type Props = {
  /** Open while there are any. */
  readonly devices: readonly DeviceRow[];
  readonly onClose: () => void;
  readonly onRemoved: () => void;
};

export function RemoveDialog({ devices, onClose, onRemoved }: Props): ReactElement {
  const { t } = useTranslation('devices');
  const remove = useCommand('devices.remove');
  const count = devices.length;
  const [first] = devices;

  const confirm = async (): Promise<void> => {
    const { removed } = await remove.run({ ids: devices.map(device => device.id) });
    notify(t('remove.done', { count: removed }));
    onRemoved();
  };

  return (
    <ConfirmDialog
      opened={count > 0}
      onClose={onClose}
      title={t('remove.title', { count })}
      message={count === 1 && first ? t('remove.one', { name: first.name, address: first.address }) : t('remove.many', { count })}
      confirmLabel={t('remove.confirm', { count })}
      destructive
      running={remove.running}
      onConfirm={() => void confirm().catch(notifyError)}
    />
  );
}
