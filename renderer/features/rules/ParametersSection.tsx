/** The numbers that differ from place to place: what they are as a rule, and where they are others. */
import { ActionIcon, Button, NumberInput, Select, Text, TextInput } from '@mantine/core';
import { IconPencil, IconPlus, IconX } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { everything } from '../../../shared/model/scope.ts';
import { useDeviceNames } from '../../client/use-device-names.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ScopeFields } from '../../ui/ScopeFields.tsx';
import { scopeWords } from '../../ui/scope-words.ts';
import { Section } from '../../ui/Section.tsx';
import { unitsOf, unitWords } from './metric-words.ts';
import { quantityOf, withoutParameter, type ExceptionDraft, type ParameterDraft } from './rule-draft.ts';
import type { SectionProps } from './RuleSections.tsx';

/** The contract's. */
const mostExceptions = 100;

export function ParametersSection({ draft, set, disabled }: SectionProps): ReactElement {
  const { t } = useTranslation('rules');
  const devices = useDeviceNames();
  const names = new Map<string, string>((devices ?? []).map(device => [device.id, device.name]));
  const [edited, setEdited] = useState<number | null>(null);
  const setParameter = (key: string, part: Partial<ParameterDraft>): void => set({ parameters: draft.parameters.map(each => (each.key === key ? { ...each, ...part } : each)) });
  const setException = (index: number, part: Partial<ExceptionDraft>): void => set({ exceptions: draft.exceptions.map((each, place) => (place === index ? { ...each, ...part } : each)) });
  const add = (): void => {
    set({ exceptions: [...draft.exceptions, { scope: everything, values: {} }] });
    setEdited(draft.exceptions.length);
  };
  const exception = edited === null ? undefined : draft.exceptions[edited];

  return (
    <Section title={t('section.parameters')} sentence={t(draft.parameters.length === 0 ? 'parameters.none' : 'parameters.sentence')}>
      {draft.parameters.length === 0 ? null : (
        <table className="parameters">
          <thead>
            <tr>
              <th>{t('parameters.where')}</th>
              {draft.parameters.map(({ key, name, unit }) => (
                <th key={key} className="parameter-head">
                  <span className="parameter-name">
                    <TextInput aria-label={t('parameters.name')} value={name} maxLength={40} disabled={disabled} onChange={event => setParameter(key, { name: event.currentTarget.value })} spellCheck={false} />
                    <UnitChoice draft={draft} name={key} unit={unit} disabled={disabled} onChange={next => setParameter(key, { unit: next })} />
                    <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('parameters.remove', { name })} title={t('parameters.removeHint')} disabled={disabled} onClick={() => set(before => withoutParameter(before, key))}>
                      <IconX size={16} stroke={1.5} />
                    </ActionIcon>
                  </span>
                </th>
              ))}
              <th />
            </tr>
          </thead>
          <tbody>
            <tr>
              <td>{t('parameters.everywhere')}</td>
              {draft.parameters.map(({ key, name, value, unit }) => (
                <td key={key}>
                  <NumberInput aria-label={t('parameters.valueOf', { name })} value={value} suffix={` ${unitWords(unit, t)}`} hideControls clampBehavior="none" disabled={disabled} onChange={next => setParameter(key, { value: next })} />
                </td>
              ))}
              <td />
            </tr>
            {draft.exceptions.map(({ scope, values }, index) => (
              <tr key={index}>
                <td>
                  <button type="button" className="scope-link" disabled={disabled} onClick={() => setEdited(index)}>
                    <span>{scopeWords(scope, t, id => names.get(id))}</span>
                    <IconPencil size={14} stroke={1.5} />
                  </button>
                </td>
                {draft.parameters.map(({ key, name, value, unit }) => (
                  <td key={key}>
                    <NumberInput
                      aria-label={t('parameters.valueOf', { name })}
                      value={values[key] ?? ''}
                      placeholder={`${value} ${unitWords(unit, t)}`}
                      suffix={` ${unitWords(unit, t)}`}
                      hideControls
                      clampBehavior="none"
                      disabled={disabled}
                      onChange={next => setException(index, { values: { ...values, [key]: next } })}
                    />
                  </td>
                ))}
                <td className="parameter-end">
                  <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('parameters.removeException')} disabled={disabled} onClick={() => set({ exceptions: draft.exceptions.filter((_, place) => place !== index) })}>
                    <IconX size={16} stroke={1.5} />
                  </ActionIcon>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {draft.parameters.length === 0 ? null : (
        <div className="section-head">
          <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.5} />} disabled={disabled || draft.exceptions.length >= mostExceptions} onClick={add}>
            {t('parameters.add')}
          </Button>
          {draft.exceptions.length > 1 ? (
            <Text size="xs" c="dimmed">
              {t('parameters.lastCounts')}
            </Text>
          ) : null}
        </div>
      )}
      <Dialog opened={exception !== undefined} onClose={() => setEdited(null)} title={t('parameters.scopeTitle')} width={640}>
        {exception === undefined || edited === null ? null : (
          <>
            <ScopeFields scope={exception.scope} onChange={scope => setException(edited, { scope })} interfaces={draft.subject === 'interface'} />
            <div className="dialog-end">
              <Button onClick={() => setEdited(null)}>{t('parameters.scopeDone')}</Button>
            </div>
          </>
        )}
      </Dialog>
    </Section>
  );
}

/** Only what measures the same: until something is compared with it, that is not known. */
function UnitChoice({ draft, name, unit, disabled, onChange }: Pick<SectionProps, 'draft' | 'disabled'> & { readonly name: string; readonly unit: string; readonly onChange: (unit: string) => void }): ReactElement | null {
  const { t } = useTranslation('rules');
  const quantity = quantityOf(draft, name);
  const units = quantity === undefined ? [unit] : unitsOf(quantity);
  if (units.length < 2) return null;
  return (
    <Select
      aria-label={t('comparison.unit')}
      className="comparison-unit"
      value={unit}
      data={units.map(value => ({ value, label: unitWords(value, t) }))}
      onChange={next => next !== null && onChange(next)}
      allowDeselect={false}
      comboboxProps={{ width: 96, position: 'bottom-start' }}
      disabled={disabled}
    />
  );
}
