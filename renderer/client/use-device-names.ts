/** All devices by name, for choosing one. */
import { useEffect, useState } from 'react';
import type { DeviceId } from '../../shared/model/ids.ts';
import { useFeed } from './hooks.ts';

export type NamedDevice = { readonly id: DeviceId; readonly name: string; readonly address: string; readonly tags: readonly string[] };

const names = new Intl.Collator(undefined, { numeric: true });

/** The devices as they are now, by name; null until they are here. They are read once: a list to choose from must not move. */
export function useDeviceNames(): readonly NamedDevice[] | null {
  const feed = useFeed('devices.live', {});
  const [devices, setDevices] = useState<readonly NamedDevice[] | null>(null);
  useEffect(() => {
    let stop: (() => void) | null = null;
    let read = false;
    stop = feed(
      batch => {
        if (read) return;
        read = true;
        setDevices(batch.upsert.map(({ id, name, address, tags }) => ({ id, name, address, tags })).toSorted((a, b) => names.compare(a.name, b.name)));
        stop?.();
      },
      () => {}, // Refused only where the device list itself is, and that says so.
    );
    return () => stop?.();
  }, [feed]);
  return devices;
}
