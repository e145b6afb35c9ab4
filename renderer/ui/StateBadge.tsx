/** The one way a state is shown: shape, word and colour. The look is in state.css, which grid cells share. */
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceRow } from '../../shared/model/device.ts';
import { shownState, stateWords, type ShownState, type Stateful } from './shown-state.ts';

/** A device's state, e.g. `<StateBadge device={row} />`, or a state by name, e.g. `<StateBadge state="known-down" />`. `stale` is said beside a state whose last check is too old. */
export function StateBadge(props: { readonly device: Stateful & Pick<DeviceRow, 'behind'> } | { readonly state: ShownState | 'stale' }): ReactElement {
  const { t } = useTranslation();
  const state = 'state' in props ? props.state : shownState(props.device);
  return <span className={`state state-${state}`}>{'state' in props ? t(`state.${state}`) : stateWords(props.device, t)}</span>;
}
