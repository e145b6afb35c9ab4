/** What a rule is called and how grave it is, and what it looks at. */
import { MultiSelect, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { RuleId } from '../../../shared/model/ids.ts';
import { severities, subjectKinds, type RuleRow } from '../../../shared/model/rule.ts';
import { ScopeFields } from '../../ui/ScopeFields.tsx';
import { Section } from '../../ui/Section.tsx';
import { withSubject, type RuleDraft } from './rule-draft.ts';

export type SectionProps = {
  readonly draft: RuleDraft;
  readonly set: (change: Partial<RuleDraft> | ((before: RuleDraft) => RuleDraft)) => void;
  readonly disabled: boolean;
};

/** `problems`: sentences by the contract's name of the field. */
export function AboutSection({ draft, set, problems, disabled }: SectionProps & { readonly problems: Readonly<Record<string, string>> }): ReactElement {
  const { t } = useTranslation('rules');
  return (
    <Section title={t('section.about')} actions={<Switch label={t('field.enabled')} checked={draft.enabled} disabled={disabled} onChange={event => set({ enabled: event.currentTarget.checked })} />}>
      <div className="about-fields">
        <TextInput label={t('field.name')} value={draft.name} maxLength={120} error={problems['name']} disabled={disabled} onChange={event => set({ name: event.currentTarget.value })} autoComplete="off" />
        <Select
          label={t('field.subject')}
          value={draft.subject}
          data={subjectKinds.map(value => ({ value, label: t(`subject.${value}`) }))}
          allowDeselect={false}
          disabled={disabled}
          onChange={value => {
            const subject = subjectKinds.find(each => each === value);
            if (subject && subject !== draft.subject) set(before => withSubject(before, subject));
          }}
        />
        <Select
          label={t('field.severity')}
          value={draft.severity}
          data={severities.map(value => ({ value, label: t(`common:severity.${value}`) }))}
          renderOption={({ option }) => <span className={`severity severity-${option.value}`}>{option.label}</span>}
          allowDeselect={false}
          disabled={disabled}
          onChange={value => set({ severity: severities.find(each => each === value) ?? draft.severity })}
        />
      </div>
      <Textarea label={t('field.description')} value={draft.description} maxLength={1_000} autosize minRows={1} maxRows={6} error={problems['description']} disabled={disabled} onChange={event => set({ description: event.currentTarget.value })} />
    </Section>
  );
}

/** `others`: the rules it can yield to. */
export function ScopeSection({ draft, set, others, disabled }: SectionProps & { readonly others: readonly RuleRow[] }): ReactElement {
  const { t } = useTranslation('rules');
  return (
    <Section title={t('section.scope')} sentence={t(draft.subject === 'console' ? 'section.scopeConsole' : 'section.scopeSentence')}>
      {draft.subject === 'console' ? null : <ScopeFields scope={draft.scope} onChange={scope => set({ scope })} interfaces={draft.subject === 'interface'} disabled={disabled} />}
      <MultiSelect
        label={t('field.yieldsTo')}
        description={t('field.yieldsToHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={others.filter(each => each.subject === draft.subject || draft.yieldsTo.includes(each.id)).map(each => ({ value: each.id, label: each.name }))}
        value={[...draft.yieldsTo]}
        onChange={chosen => set({ yieldsTo: chosen.map(id => RuleId.parse(id)) })}
        placeholder={draft.yieldsTo.length === 0 ? t('field.yieldsToNone') : ''}
        searchable
        hidePickedOptions
        maxValues={20}
        disabled={disabled}
      />
    </Section>
  );
}
