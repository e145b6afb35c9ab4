/** Takes back that devices are known to be down. */
import { useTranslation } from 'react-i18next';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { useCommand } from '../../client/hooks.ts';
import { notify, notifyError } from '../../ui/notify.ts';

export function useUnmark(): { readonly running: boolean; run(ids: readonly DeviceId[]): void } {
  const { t } = useTranslation('devices');
  const { run: unmark, running } = useCommand('devices.unmarkKnownDown');
  async function unmarkAll(ids: readonly DeviceId[]): Promise<void> {
    const { unmarked } = await unmark({ ids: [...ids] });
    notify(t('knownDown.unmarked', { count: unmarked }));
  }
  return { running, run: ids => void unmarkAll(ids).catch(notifyError) };
}
