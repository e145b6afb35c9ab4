/** Chooses whose history is shown: a device or branch, then what of the device, then which of its metrics. */
import { Group, Select, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryTarget, Metric } from '../../../shared/model/history.ts';
import { chartedMetrics } from './place.ts';
import type { TargetNames } from './use-target-names.ts';

type Props = {
  readonly target: HistoryTarget | null;
  readonly metric: Metric | null;
  readonly names: TargetNames;
  /** `metric` null: the usual one of the target. */
  readonly onChoose: (target: HistoryTarget, metric: Metric | null) => void;
};

/** More in a list would not be read. */
const shownOptions = 50;
/** What a device tells of itself by SNMP. */
const vitals: readonly Metric[] = ['cpu', 'memory', 'disk', 'temperature'];

export function TargetChoice({ target, metric, names, onChoose }: Props): ReactElement {
  const { t } = useTranslation('history');
  const all = [...(names.devices ?? []), ...names.branches];
  const byKey = new Map(all.map(choice => [choice.key, choice]));
  const options = (choices: typeof all): { value: string; label: string }[] => choices.map(({ key, label }) => ({ value: key, label }));
  const isFound = (value: string, words: string): boolean => `${byKey.get(value)?.label ?? ''} ${byKey.get(value)?.more ?? ''}`.toLowerCase().includes(words.trim().toLowerCase());
  // Until something is typed, the field holds the name of the chosen one, and everything can be chosen.
  const chosenLabel = byKey.get(keyOf(target) ?? '')?.label;
  const partKey = target?.of === 'check' ? target.checkId : target?.of === 'interface' ? String(target.ifIndex) : 'ping';
  const isOffered = (each: Metric): boolean => each === metric || (each === 'check-value' ? names.readsValue : !vitals.includes(each) || names.isAskedBySnmp);
  const metrics = target ? chartedMetrics(target).filter(isOffered) : [];

  return (
    <>
      <Select
        aria-label={t('choose.target')}
        placeholder={names.devices === null ? t('common:grid.loading') : target?.of === 'isp' ? target.provider : t('choose.placeholder')}
        w={250}
        data={[
          { group: t('choose.devices'), items: options(names.devices === null ? [] : [...names.devices]) },
          { group: t('choose.branches'), items: options([...names.branches]) },
        ]}
        value={keyOf(target)}
        onChange={key => {
          const chosen = key === null ? undefined : byKey.get(key);
          if (chosen) onChoose(chosen.target, null);
        }}
        // The name that stands there makes room for what is typed.
        onFocus={event => event.currentTarget.select()}
        onClick={event => event.currentTarget.select()}
        searchable
        allowDeselect={false}
        limit={shownOptions}
        maxDropdownHeight={420}
        filter={({ options: groups, search, limit }) =>
          groups.flatMap(group => ('group' in group ? [{ ...group, items: group.items.filter(item => isFound(item.value, search === chosenLabel ? '' : search)).slice(0, limit) }] : []))
        }
        renderOption={({ option }) => (
          <Group gap={12} wrap="nowrap" justify="space-between" flex={1}>
            <span>{option.label}</span>
            <Text size="xs" c="dimmed" className="figures">
              {byKey.get(option.value)?.more}
            </Text>
          </Group>
        )}
        nothingFoundMessage={t('choose.nothingFound')}
      />
      {names.parts.length > 1 ? (
        <Select
          aria-label={t('choose.part')}
          w={200}
          data={names.parts.map(({ key, label }) => ({ value: key, label }))}
          value={partKey}
          allowDeselect={false}
          onChange={key => {
            const chosen = names.parts.find(part => part.key === key);
            if (chosen) onChoose(chosen.target, null);
          }}
        />
      ) : null}
      {target && metrics.length > 1 ? (
        <Select
          aria-label={t('choose.metric')}
          w={170}
          data={metrics.map(value => ({ value, label: t(`metric.${value}`) }))}
          value={metric}
          allowDeselect={false}
          onChange={value => onChoose(target, metrics.find(each => each === value) ?? null)}
        />
      ) : null}
    </>
  );
}

function keyOf(target: HistoryTarget | null): string | null {
  if (target === null || target.of === 'isp') return null;
  return target.of === 'branch' ? target.branchId : target.deviceId;
}
