/** Device types under the words that inventories use for them. */
import { isIP } from 'node:net';
import type { DeviceType } from '../../../shared/model/device.ts';

const typeWords: Readonly<Record<DeviceType, readonly string[]>> = {
  router: ['router', 'routers', 'gateway', 'როუტერი', 'მარშრუტიზატორი', 'роутер', 'маршрутизатор'],
  switch: ['switch', 'switches', 'სვიჩი', 'კომუტატორი', 'коммутатор', 'свитч', 'свич'],
  'access-point': ['access point', 'ap', 'wap', 'wifi', 'wi fi', 'wireless', 'точка доступа'],
  nvr: ['nvr', 'dvr', 'video recorder', 'network video recorder', 'видеорегистратор'],
  atm: ['atm', 'cash machine', 'ბანკომატი', 'банкомат'],
  paybox: ['paybox', 'pay box', 'payment terminal', 'платежный терминал', 'платёжный терминал'],
  'access-control': ['access control', 'access controller', 'acs', 'скуд'],
  server: ['server', 'servers', 'host', 'სერვერი', 'сервер'],
  printer: ['printer', 'mfp', 'პრინტერი', 'принтер', 'мфу'],
  ups: ['ups', 'უპს', 'ибп'],
  other: ['other', 'unknown', 'misc', 'სხვა', 'другое', 'прочее'],
};

const byWords = new Map<string, DeviceType>();
for (const [type, words] of Object.entries(typeWords)) {
  // `Object.entries` forgets the key type that `typeWords` is declared with.
  for (const word of words) byWords.set(word, type as DeviceType);
}

/**
 * The type that a cell names, or null when it cannot be one: an address, a number or a long text means that the columns are shifted.
 * A type we have no name for ("Camera") is `other`; one that contains ours ("Core router") is ours.
 */
export function readDeviceType(cell: string): DeviceType | null {
  const plain = cell.normalize('NFC').toLowerCase().replace(/[\s_\-/]+/gu, ' ').trim();
  const exact = byWords.get(plain);
  if (exact) return exact;
  if (isIP(cell) !== 0 || cell.length > 60 || !/\p{L}/u.test(cell)) return null;
  const words = plain.split(' ');
  for (let count = Math.min(3, words.length); count > 0; count--) {
    for (let at = 0; at + count <= words.length; at++) {
      const type = byWords.get(words.slice(at, at + count).join(' '));
      if (type) return type;
    }
  }
  return 'other';
}
