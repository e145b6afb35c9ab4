/** Names and values, one under the other. */
import { Fragment, type ReactElement, type ReactNode } from 'react';
import { dash } from './format.ts';

/** A value of null or '' is shown as an en dash. */
export function Facts({ facts }: { readonly facts: readonly { readonly name: string; readonly value: ReactNode }[] }): ReactElement {
  return (
    <dl className="facts">
      {facts.map(({ name, value }) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === '' ? dash : value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
