/** Adds or edits a device. Only the address is needed; Enter saves. */
import { Autocomplete, Button, Group, Loader, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useState, type ReactElement, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceTypes, type Device } from '../../../shared/model/device.ts';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { useCommand, useLive, useQuery } from '../../client/hooks.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { fieldErrors } from '../../ui/error-sentence.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { notify } from '../../ui/notify.ts';
import { AdvancedFields, advancedFields } from './AdvancedFields.tsx';
import { ChecksEditor } from './ChecksEditor.tsx';
import { Fold } from '../../ui/Fold.tsx';
import { emptyForm, formOf, isAddressTaken, newDeviceOf, nothingDecides, outOfBounds, patchOf, type FormValues } from './form-values.ts';
import { MoreFields, moreFields } from './MoreFields.tsx';

type Props = {
  /** null: a new device. */
  readonly id: DeviceId | null;
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

export function DeviceForm({ id, onClose, onSaved }: Props): ReactElement {
  const { t } = useTranslation('devices');
  const stored = useQuery('devices.get', id === null ? null : { id });
  return (
    <Dialog opened onClose={onClose} title={t(id === null ? 'form.addTitle' : 'form.editTitle')} width={640}>
      <ErrorSentence error={stored.error} />
      {id === null || stored.value ? <Fields device={stored.value ?? null} onClose={onClose} onSaved={onSaved} /> : stored.error ? null : <Loader size="sm" />}
    </Dialog>
  );
}

function Fields({ device, onClose, onSaved }: { readonly device: Device | null; readonly onClose: () => void; readonly onSaved: () => void }): ReactElement {
  const { t } = useTranslation('devices');
  // What was there when the form opened: later answers must not overwrite what is being typed.
  const [before] = useState(() => (device ? formOf(device) : emptyForm));
  const [form, setForm] = useState(before);
  const [sentAddress, setSentAddress] = useState('');
  const { rows: branches } = useLive('branches.live', {});
  const create = useCommand('devices.create');
  const update = useCommand('devices.update');
  const running = create.running || update.running;
  const refusal = create.error ?? update.error;
  // That an address is taken says nothing about the one typed since.
  const error = isAddressTaken(refusal) && form.address !== sentAddress ? null : refusal;
  const own = useOwnProblems(form);
  const problems = { ...fieldErrors(error), ...own };
  const set = (part: Partial<FormValues>): void => setForm(current => ({ ...current, ...part }));
  const regions = [...new Set(branches.flatMap(branch => branch.region ?? []))].toSorted();
  const isTrouble = (fields: readonly string[]): boolean => fields.some(field => problems[field] !== undefined);

  const patch = patchOf(before, form);
  const isUnchanged = device !== null && Object.keys(patch).length === 0;

  async function save(allowSharedAddress: boolean): Promise<void> {
    const saved = device ? await update.run({ id: device.id, patch, allowSharedAddress }) : await create.run(newDeviceOf(form, allowSharedAddress));
    notify(t(device ? 'form.saved' : 'form.added', { name: saved.name }));
    onSaved();
    onClose();
  }
  const trySave = (allowSharedAddress: boolean): void => {
    if (running) return;
    if (isUnchanged) return onClose();
    if (Object.keys(own).length > 0) return;
    setSentAddress(form.address);
    void save(allowSharedAddress).catch((reason: unknown) => {
      if (!(reason instanceof AppError)) throw reason; // A refusal stands in the form itself.
    });
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    trySave(false);
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap={12}>
        <TextInput label={t('fields.address')} placeholder={t('fields.addressPlaceholder')} value={form.address} onChange={event => set({ address: event.currentTarget.value })} error={problems['address']} data-autofocus autoComplete="off" spellCheck={false} />
        <SimpleGrid cols={2} spacing={12} verticalSpacing={12}>
          <TextInput label={t('fields.name')} placeholder={t('fields.namePlaceholder')} value={form.name} onChange={event => set({ name: event.currentTarget.value })} error={problems['name']} autoComplete="off" />
          <Select
            label={t('fields.type')}
            value={form.type}
            allowDeselect={false}
            data={deviceTypes.map(value => ({ value, label: t(`common:type.${value}`) }))}
            onChange={value => set({ type: deviceTypes.find(type => type === value) ?? 'other' })}
          />
          <Autocomplete
            label={t('fields.branch')}
            value={form.branch}
            data={branches.map(branch => branch.name).toSorted()}
            limit={20}
            error={problems['branch']}
            onChange={value => set({ branch: value })}
            onOptionSubmit={value => set({ branch: value, region: branches.find(branch => branch.name === value)?.region ?? form.region })}
          />
          <Autocomplete label={t('fields.region')} value={form.region} data={regions} limit={20} error={problems['region']} onChange={value => set({ region: value })} />
        </SimpleGrid>
        <Fold id="more" title={t('form.more')} trouble={isTrouble(moreFields)}>
          <MoreFields form={form} set={set} problems={problems} hasCommunity={device?.hasSnmpCommunity ?? false} />
        </Fold>
        <Fold id="advanced" title={t('form.advanced')} trouble={isTrouble(advancedFields)}>
          <AdvancedFields form={form} set={set} problems={problems} ownId={device?.id ?? null} />
        </Fold>
        <Fold id="checks" title={t('form.checks', { count: form.checks.length })} trouble={Object.keys(problems).some(field => field.startsWith('checks'))}>
          <ChecksEditor checks={form.checks} onChange={checks => set({ checks })} problems={problems} />
        </Fold>
        <Stack gap={12} className="form-end">
          {Object.keys(problems).length === 0 ? <ErrorSentence error={error} /> : null}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            {isAddressTaken(error) ? (
              <Button variant="default" onClick={() => trySave(true)} disabled={running}>
                {t(device ? 'form.saveAnyway' : 'form.addAnyway')}
              </Button>
            ) : null}
            <Button type="submit" loading={running}>
              {t(device ? 'common:actions.save' : 'common:actions.add')}
            </Button>
          </Group>
        </Stack>
      </Stack>
    </form>
  );
}

/** What the form itself knows to be wrong, a sentence each, by the contract's name of the field: numbers out of their bounds, and a device that nothing is known of. */
function useOwnProblems(form: FormValues): Readonly<Record<string, string>> {
  const { t, i18n } = useTranslation('devices');
  const number = new Intl.NumberFormat(i18n.language, { useGrouping: false });
  return {
    ...Object.fromEntries(outOfBounds(form).map(({ contractField, min, max }) => [contractField, t('fields.outOfBounds', { min: number.format(min), max: number.format(max) })])),
    ...(nothingDecides(form) ? { pingEnabled: t('fields.nothingDecides') } : {}),
  };
}
