/** When a rule fires, when its alert ends, and what is made of missing values. */
import { Select, SimpleGrid, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { noDataPolicies } from '../../../shared/model/rule.ts';
import { DurationInput } from '../../ui/DurationInput.tsx';
import { Section } from '../../ui/Section.tsx';
import { newGroup, type CompareDraft, type GroupDraft } from './condition-draft.ts';
import { GroupEditor } from './GroupEditor.tsx';
import { newParameter } from './rule-draft.ts';
import type { SectionProps } from './RuleSections.tsx';

export function ConditionSection({ draft, set, disabled }: SectionProps): ReactElement {
  const { t } = useTranslation('rules');
  const addParameter = (compare: CompareDraft): string => {
    const parameter = newParameter(draft.parameters, compare);
    set(before => ({ ...before, parameters: [...before.parameters, parameter] }));
    return parameter.key;
  };
  const group = (value: GroupDraft, label: string, onChange: (group: GroupDraft) => void): ReactElement => (
    <GroupEditor label={label} group={value} onChange={onChange} subject={draft.subject} draft={draft} addParameter={addParameter} disabled={disabled} />
  );
  return (
    <Section title={t('section.condition')} sentence={t('section.conditionSentence')}>
      {group(draft.condition, t('section.condition'), condition => set({ condition }))}
      <SimpleGrid cols={2} spacing={24} verticalSpacing={12}>
        <DurationInput label={t('field.for')} description={t('field.forHint')} value={draft.for} onChange={value => set({ for: value })} disabled={disabled} />
        <DurationInput label={t('field.hold')} description={t('field.holdHint')} value={draft.hold} onChange={hold => set({ hold })} disabled={disabled} />
        <Select
          label={t('field.recovery')}
          value={draft.recovery ? 'own' : 'over'}
          data={['over', 'own'].map(value => ({ value, label: t(`recovery.${value}`) }))}
          allowDeselect={false}
          disabled={disabled}
          onChange={value => set({ recovery: value === 'own' ? (draft.recovery ?? newGroup(draft.subject)) : null })}
        />
        <div className="no-data" data-alone={draft.noData === 'keep' || undefined}>
          <Select
            label={t('field.noData')}
            value={draft.noData}
            data={noDataPolicies.map(value => ({ value, label: t(`noData.${value}`) }))}
            allowDeselect={false}
            disabled={disabled}
            onChange={value => set({ noData: noDataPolicies.find(each => each === value) ?? draft.noData })}
          />
          {draft.noData === 'keep' ? null : <DurationInput label={t('field.noDataAfter')} value={draft.noDataAfter} onChange={noDataAfter => set({ noDataAfter })} disabled={disabled} />}
        </div>
      </SimpleGrid>
      {draft.recovery ? (
        <div>
          <Text size="xs" fw={500} mb={4}>
            {t('field.recoveryWhen')}
          </Text>
          {group(draft.recovery, t('field.recoveryWhen'), recovery => set({ recovery }))}
        </div>
      ) : null}
    </Section>
  );
}
