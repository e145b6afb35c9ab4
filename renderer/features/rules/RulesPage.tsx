/** The rules: what is an alert and when. A click opens one in its editor, which is a page of its own. */
import type { ReactElement } from 'react';
import { useParameters } from '../../app/navigation.ts';
import { RuleEditor } from './RuleEditor.tsx';
import { RulesList } from './RulesList.tsx';
import './rules.css';

export function RulesPage(): ReactElement {
  const parameters = useParameters();
  const id = parameters.get('rule');
  const copyOf = parameters.get('copy');
  if (id === null && copyOf === null) return <RulesList />;
  return <RuleEditor key={`${id ?? ''} ${copyOf ?? ''}`} id={id === 'new' ? null : id} copyOf={copyOf} />;
}
