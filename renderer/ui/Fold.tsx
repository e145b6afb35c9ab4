/** A section of a form that can be folded away; whether it stands open is remembered. */
import { Collapse, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useView } from '../state/view.ts';

type Props = {
  /** Remembered under this name. */
  readonly id: string;
  readonly title: string;
  /** Something in it is wrong: it must not be hidden. */
  readonly trouble: boolean;
  readonly children: ReactNode;
};

export function Fold({ id, title, trouble, children }: Props): ReactElement {
  const folds = useView(view => view.openFolds);
  const choose = useView(view => view.choose);
  const [chosen, setChosen] = useState(folds.includes(id));
  const unfolded = chosen || trouble;
  const toggle = (): void => {
    setChosen(!unfolded);
    choose({ openFolds: unfolded ? folds.filter(each => each !== id) : [...folds.filter(each => each !== id), id] });
  };
  const Icon = unfolded ? IconChevronDown : IconChevronRight;
  return (
    <>
      <UnstyledButton className="fold" aria-expanded={unfolded} onClick={toggle}>
        <Icon size={16} stroke={1.5} />
        {title}
      </UnstyledButton>
      <Collapse expanded={unfolded} transitionDuration={0}>
        {unfolded ? children : null}
      </Collapse>
    </>
  );
}
