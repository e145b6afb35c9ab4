/** A row's detail, sliding in from the right over the list it belongs to. */
import { Drawer as MantineDrawer } from '@mantine/core';
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isDialogOpen } from './open-dialogs.ts';

type Props = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  /** Takes the focus when it opens: it was opened by key. Giving it back is up to whoever opened it. */
  readonly focused?: boolean;
  readonly children: ReactNode;
};

/** The list behind stays usable: another row can be clicked while the drawer is open. Escape closes, unless it is for a dialog above. */
export function Drawer({ opened, onClose, title, focused = false, children }: Props): ReactElement {
  const { t } = useTranslation();
  return (
    <MantineDrawer
      opened={opened}
      onClose={() => isDialogOpen() || onClose()}
      title={title}
      position="right"
      size={440}
      withOverlay={false}
      trapFocus={false}
      lockScroll={false}
      closeOnClickOutside={false}
      classNames={{ inner: 'drawer-inner', content: 'drawer-content' }}
      transitionProps={{ duration: 120 }}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
    >
      {children}
      {focused ? <TakeFocus /> : null}
    </MantineDrawer>
  );
}

/** Stands in the drawer, and so comes and goes with its content; last, so that a field that wants the focus has it by then. */
function TakeFocus(): ReactElement {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const drawer = place.current?.closest<HTMLElement>('[role="dialog"]');
    if (drawer && !drawer.contains(document.activeElement)) drawer.focus();
  }, []);
  return <span ref={place} hidden />;
}
