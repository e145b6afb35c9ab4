/** What the rule that is being edited says, in a sentence, and what the engine says of it. */
import { Text, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleInput } from '../../../shared/model/rule.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import type { Missing } from './condition-draft.ts';
import { ruleWords } from './rule-columns.ts';
import type { RuleCheck } from './use-rule-check.ts';

export function CheckView({ rule, check }: { readonly rule: RuleInput | Missing; readonly check: RuleCheck }): ReactElement {
  const { t } = useTranslation('rules');
  return (
    <section className="side-block" aria-label={t('check.title')}>
      <Title order={2} size={14}>
        {t('check.title')}
      </Title>
      {typeof rule === 'string' ? null : <p className="rule-words">{ruleWords(rule, t)}</p>}
      <div role="status" className="check-sentence">
        <Sentence rule={rule} check={check} />
      </div>
    </section>
  );
}

function Sentence({ rule, check }: { readonly rule: RuleInput | Missing; readonly check: RuleCheck }): ReactElement | null {
  const { t } = useTranslation('rules');
  switch (check.kind) {
    case 'asking':
      return <Text size="sm" c="dimmed">{t('check.asking')}</Text>;
    case 'missing':
      return <span className="state state-degraded">{t(`missing.${check.what}`)}</span>;
    case 'wrong':
      return <ErrorSentence error={check.error} />;
    case 'never':
      return (
        <span className="state state-degraded">
          <span className="wrapping">{t('check.never', { why: check.why })}</span>
        </span>
      );
    case 'fine':
      return <span className="state state-up">{t(`looksAt.${typeof rule === 'string' ? 'device' : rule.subject}`, { count: check.subjects })}</span>;
    default:
      return check satisfies never;
  }
}
