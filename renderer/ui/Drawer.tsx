/** A row's detail, sliding in from the right over the list it belongs to. */
import { Drawer as MantineDrawer } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly children: ReactNode;
};

/** The list behind stays usable: another row can be clicked while the drawer is open. Escape closes. */
export function Drawer({ opened, onClose, title, children }: Props): ReactElement {
  const { t } = useTranslation();
  return (
    <MantineDrawer
      opened={opened}
      onClose={onClose}
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
    </MantineDrawer>
  );
}
