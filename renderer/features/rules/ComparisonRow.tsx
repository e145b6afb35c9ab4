/** One comparison: a metric with its window, an operator, and a number with its unit; or words to choose from. */
import { ActionIcon, Menu, MultiSelect, NumberInput, Select } from '@mantine/core';
import { IconVariable, IconX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { aggregates, metricOf, type MetricKind, type SubjectKind } from '../../../shared/model/rule.ts';
import { DurationInput } from '../../ui/DurationInput.tsx';
import { isAggregate, withMetric, type CompareDraft, type IsDraft } from './condition-draft.ts';
import { operators } from './condition-words.ts';
import { metricNames, metricWords, unitsOf, unitWords, wordWords } from './metric-words.ts';
import { quantityOf, type RuleDraft } from './rule-draft.ts';

type Props = {
  readonly comparison: CompareDraft | IsDraft;
  readonly onChange: (comparison: CompareDraft | IsDraft) => void;
  readonly onRemove?: () => void;
  readonly subject: SubjectKind;
  readonly draft: RuleDraft;
  /** Makes a parameter of the number; answers its key. */
  readonly addParameter: (compare: CompareDraft) => string;
  readonly disabled: boolean;
};

/** Of a window of a condition. */
const windowUnits = ['s', 'min', 'h'] as const;

export function ComparisonRow({ comparison, onChange, onRemove, ...context }: Props): ReactElement {
  const { t } = useTranslation('rules');
  const { subject, disabled } = context;
  const kind = metricOf(subject, comparison.metric);
  const known = metricNames(subject);
  return (
    <div className="comparison">
      <div className="comparison-fields">
        <Select
          aria-label={t('comparison.metric')}
          className="comparison-metric"
          value={comparison.metric}
          data={(known.includes(comparison.metric) ? known : [comparison.metric, ...known]).map(value => ({ value, label: metricWords(subject, value, t) }))}
          onChange={metric => metric !== null && metric !== comparison.metric && onChange(withMetric(subject, comparison, metric))}
          allowDeselect={false}
          searchable
          maxDropdownHeight={360}
          comboboxProps={{ width: 280, position: 'bottom-start' }}
          error={kind ? undefined : t('comparison.unknown')}
          disabled={disabled}
        />
        {comparison.kind === 'is' ? (
          <>
            <span className="comparison-word">{t('comparison.is')}</span>
            <MultiSelect
              aria-label={t('comparison.words')}
              className="comparison-words"
              data={(kind?.is === 'word' ? kind.words : []).map(value => ({ value, label: wordWords(value, t) }))}
              value={[...comparison.words]}
              onChange={words => onChange({ ...comparison, words })}
              placeholder={comparison.words.length === 0 ? t('comparison.chooseWords') : ''}
              hidePickedOptions
              disabled={disabled}
            />
          </>
        ) : (
          <Numbers comparison={comparison} kind={kind} onChange={onChange} {...context} />
        )}
      </div>
      {onRemove ? (
        <ActionIcon variant="subtle" color="gray" size={24} mt={3} aria-label={t('comparison.remove')} disabled={disabled} onClick={onRemove}>
          <IconX size={16} stroke={1.5} />
        </ActionIcon>
      ) : null}
    </div>
  );
}

type NumbersProps = Omit<Props, 'comparison' | 'onRemove'> & { readonly comparison: CompareDraft; readonly kind: MetricKind | undefined };

function Numbers({ comparison, kind, onChange, ...context }: NumbersProps): ReactElement {
  const { t } = useTranslation('rules');
  const { draft, disabled } = context;
  const number = kind?.is === 'number' ? kind : null;
  const set = (part: Partial<CompareDraft>): void => onChange({ ...comparison, ...part });
  const parameter = draft.parameters.find(({ key }) => key === comparison.parameter);
  const units = number ? unitsOf(number.quantity) : [comparison.unit];
  return (
    <>
      {number?.over === 'aggregate' ? (
        <Select
          aria-label={t('comparison.aggregate')}
          className="comparison-aggregate"
          value={comparison.aggregate}
          data={aggregates.map(value => ({ value, label: t(`aggregate.${value}`) }))}
          onChange={value => isAggregate(value) && set({ aggregate: value })}
          allowDeselect={false}
          disabled={disabled}
        />
      ) : null}
      {number && number.over !== 'now' ? (
        <>
          <span className="comparison-word">{t('comparison.over')}</span>
          <DurationInput label={t('comparison.window')} bare value={comparison.window} onChange={window => set({ window })} units={windowUnits} disabled={disabled} />
        </>
      ) : null}
      {/* The number and what it is compared by stay in one line. */}
      <span className="comparison-value">
        <Select
          aria-label={t('comparison.operator')}
          className="comparison-operator"
          value={comparison.op}
          data={Object.entries(operators).map(([value, label]) => ({ value, label }))}
          onChange={value => {
            const op = (['>', '>=', '<', '<=', '=', '!='] as const).find(each => each === value);
            if (op) set({ op });
          }}
          allowDeselect={false}
          disabled={disabled}
        />
        {parameter ? (
          <span className="comparison-parameter" title={t('comparison.isParameter')}>
            {parameter.name} = {parameter.value} {unitWords(parameter.unit, t)}
          </span>
        ) : (
          <>
            <NumberInput aria-label={t('comparison.value')} className="comparison-number" value={comparison.value} onChange={value => set({ value })} hideControls clampBehavior="none" disabled={disabled} />
            {units.length > 1 ? (
              <Select
                aria-label={t('comparison.unit')}
                className="comparison-unit"
                value={comparison.unit}
                data={units.map(value => ({ value, label: unitWords(value, t) }))}
                onChange={unit => unit !== null && set({ unit })}
                allowDeselect={false}
                comboboxProps={{ width: 96, position: 'bottom-start' }}
                disabled={disabled}
              />
            ) : units[0] === '' ? null : (
              <span className="comparison-word">{unitWords(units[0] ?? '', t)}</span>
            )}
          </>
        )}
        <ParameterMenu comparison={comparison} kind={kind} onChange={onChange} {...context} />
      </span>
    </>
  );
}

/** Whether the number stands here, or is a parameter that has other values elsewhere. */
function ParameterMenu({ comparison, kind, onChange, draft, addParameter, disabled }: NumbersProps): ReactElement {
  const { t } = useTranslation('rules');
  const quantity = kind?.is === 'number' ? kind.quantity : undefined;
  const usable = draft.parameters.filter(({ key }) => key !== comparison.parameter && [undefined, quantity].includes(quantityOf(draft, key)));
  const parameter = draft.parameters.find(({ key }) => key === comparison.parameter);
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 100 }}>
      <Menu.Target>
        <ActionIcon variant={parameter ? 'light' : 'subtle'} color={parameter ? 'accent' : 'gray'} size={24} aria-label={t('comparison.parameterMenu')} title={t('comparison.parameterMenu')} disabled={disabled}>
          <IconVariable size={16} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {parameter ? <Menu.Item onClick={() => onChange({ ...comparison, parameter: null, value: parameter.value, unit: parameter.unit })}>{t('comparison.fixed')}</Menu.Item> : null}
        {usable.map(({ key, name }) => (
          <Menu.Item key={key} onClick={() => onChange({ ...comparison, parameter: key })}>
            {t('comparison.useParameter', { name })}
          </Menu.Item>
        ))}
        {parameter || draft.parameters.length >= 10 ? null : <Menu.Item onClick={() => onChange({ ...comparison, parameter: addParameter(comparison) })}>{t('comparison.newParameter')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
