/** Probing on demand. */
import { useTranslation } from 'react-i18next';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { useCommand } from '../../client/hooks.ts';
import { notify, notifyError } from '../../ui/notify.ts';

/** The contract's limit for one call. */
const mostAtOnce = 1_000;

/** Starts a check of each device; the answers arrive in the grid by themselves. */
export function useCheckNow(): { readonly running: boolean; run(ids: readonly DeviceId[]): void } {
  const { t } = useTranslation('devices');
  const { run: check, running } = useCommand('devices.checkNow');
  async function checkAll(ids: readonly DeviceId[]): Promise<void> {
    let started = 0;
    for (let from = 0; from < ids.length; from += mostAtOnce) started += (await check({ ids: ids.slice(from, from + mostAtOnce) })).started;
    notify(t('checkStarted', { count: started }));
  }
  return { running, run: ids => void checkAll(ids).catch(notifyError) };
}
