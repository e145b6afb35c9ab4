/** Comparisons side by side, and groups of them within each other. */
import { ActionIcon, Button, Group, Select } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { SubjectKind } from '../../../shared/model/rule.ts';
import { ComparisonRow } from './ComparisonRow.tsx';
import { groupModes, newComparison, newGroup, type CompareDraft, type GroupDraft, type NodeDraft } from './condition-draft.ts';
import { metricNames } from './metric-words.ts';
import type { RuleDraft } from './rule-draft.ts';

type Props = {
  readonly label: string;
  readonly group: GroupDraft;
  readonly onChange: (group: GroupDraft) => void;
  /** Left out: the whole condition, which there must be. */
  readonly onRemove?: () => void;
  readonly subject: SubjectKind;
  readonly draft: RuleDraft;
  readonly addParameter: (compare: CompareDraft) => string;
  readonly disabled: boolean;
  readonly depth?: number;
};

/** Deeper nobody reads it. */
const mostDepth = 3;
/** The contract's. */
const mostOf = 20;

export function GroupEditor({ label, group, onChange, onRemove, depth = 0, ...context }: Props): ReactElement {
  const { t } = useTranslation('rules');
  const { subject, disabled } = context;
  const replace = (index: number, node: NodeDraft | null): void => onChange({ ...group, of: group.of.flatMap((each, place) => (place === index ? (node ?? []) : each)) });
  const add = (node: NodeDraft): void => onChange({ ...group, of: [...group.of, node] });
  const firstMetric = metricNames(subject)[0] ?? '';
  return (
    <div className="condition-group" role="group" aria-label={label}>
      <Group gap={8} wrap="nowrap">
        <Select
          aria-label={t('group.mode')}
          className="condition-mode"
          value={group.mode}
          data={groupModes.map(value => ({ value, label: t(`group.${value}`) }))}
          allowDeselect={false}
          disabled={disabled}
          onChange={value => onChange({ ...group, mode: groupModes.find(each => each === value) ?? group.mode })}
        />
        <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.5} />} disabled={disabled || group.of.length >= mostOf} onClick={() => add(newComparison(subject, firstMetric))}>
          {t('group.addComparison')}
        </Button>
        {depth < mostDepth ? (
          <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.5} />} disabled={disabled || group.of.length >= mostOf} onClick={() => add({ ...newGroup(subject), mode: group.mode === 'any' ? 'all' : 'any' })}>
            {t('group.addGroup')}
          </Button>
        ) : null}
        {onRemove ? (
          <ActionIcon variant="subtle" color="gray" size={24} ml="auto" aria-label={t('group.removeGroup')} disabled={disabled} onClick={onRemove}>
            <IconX size={16} stroke={1.5} />
          </ActionIcon>
        ) : null}
      </Group>
      {group.of.map((node, index) =>
        node.kind === 'group' ? (
          <GroupEditor key={index} label={t('group.label')} group={node} onChange={next => replace(index, next)} onRemove={() => replace(index, null)} depth={depth + 1} {...context} />
        ) : (
          <ComparisonRow key={index} comparison={node} onChange={next => replace(index, next)} {...(group.of.length > 1 || onRemove ? { onRemove: () => replace(index, null) } : {})} {...context} />
        ),
      )}
    </div>
  );
}
