import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Address, deviceTypes, NewDevice } from '../../../shared/model/device.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { normaliseAddress } from './address.ts';
import { readInventory, type Inventory } from './csv.ts';

type Encoding = Inventory['report']['encoding'];

/** Windows-1251 by asking the decoder what each byte means. */
const cyrillicBytes = new Map(Array.from({ length: 256 }, (_, byte) => [new TextDecoder('windows-1251').decode(Uint8Array.of(byte)), byte]));

function encode(text: string, encoding: Encoding, mark: boolean): Uint8Array {
  const marked = mark && encoding !== 'windows-1251' ? `\ufeff${text}` : text;
  if (encoding === 'windows-1251') return Uint8Array.from(marked, character => cyrillicBytes.get(character) ?? 0x3f);
  const bytes = Buffer.from(marked, encoding === 'utf-8' ? 'utf8' : 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

const read = (text: string, known: readonly string[] = [], allowSharedAddresses = false): Promise<Inventory> => readInventory(encode(text, 'utf-8', false), new Set(known), { allowSharedAddresses });
const failures = async (text: string, known: readonly string[] = []): Promise<(string | number)[][]> => (await read(text, known)).report.failures.map(each => [each.line, each.problem]);
const refusal = async (bytes: Uint8Array): Promise<string> => {
  const error: unknown = await readInventory(bytes, new Set(), { allowSharedAddresses: false }).catch((reason: unknown) => reason);
  return error instanceof AppError && error.code === 'invalid-input' ? error.message : `not refused: ${String(error)}`;
};

test('a plain file becomes devices, with defaults where cells are empty', async () => {
  const { report, devices } = await read('name,ip,type,branch,region,snmp_community,snmp_port,interval (s),enabled\nGate,192.0.2.1,Router,Main,East,hush,1161,30,no\n,192.0.2.2,,,,,,,\n');
  expect(devices).toEqual([
    NewDevice.parse({ name: 'Gate', address: '192.0.2.1', type: 'router', branch: 'Main', region: 'East', snmpCommunity: 'hush', snmpPort: 1161, intervalMs: 30_000, enabled: false }),
    NewDevice.parse({ address: '192.0.2.2' }),
  ]);
  expect(report).toEqual({
    encoding: 'utf-8', delimiter: ',',
    columns: ['name', 'ip', 'type', 'branch', 'region', 'snmp_community', 'snmp_port', 'interval (s)', 'enabled'].map((header, at) => ({ header, field: ['name', 'address', 'type', 'branch', 'region', 'snmpCommunity', 'snmpPort', 'intervalS', 'enabled'][at] ?? '' })),
    rowCount: 2, validCount: 2, failedCount: 0, failures: [],
    sample: [
      { line: 2, name: 'Gate', address: '192.0.2.1', type: 'router', branch: 'Main', region: 'East', snmp: true },
      { line: 3, name: '192.0.2.2', address: '192.0.2.2', type: 'other', branch: null, region: null, snmp: false },
    ],
  });
});

test("the old product's export is understood, its coordinates left out and shown so", async () => {
  const { report, devices } = await read('name,ip,vendor,device_type,region,branch,latitude,longitude,enabled,location\nATM 1,192.0.2.7,NCR,ATM,Kakheti,Telavi,41.9,45.4,TRUE,Square 1\n');
  expect(report.columns.filter(column => column.field === null).map(column => column.header)).toEqual(['latitude', 'longitude']);
  expect(devices).toEqual([NewDevice.parse({ name: 'ATM 1', address: '192.0.2.7', vendor: 'NCR', type: 'atm', region: 'Kakheti', branch: 'Telavi', location: 'Square 1' })]);
});

test('tags are separated by spaces, commas or semicolons, and one is one in any case; whether it is a link to a provider is said or left open', async () => {
  const { devices } = await read('ip,Tags,ISP link\n192.0.2.1,Core vip,yes\n192.0.2.2,"core, VIP;core",no\n192.0.2.3,,\n');
  expect(devices.map(({ tags, ispLink }) => ({ tags, ispLink }))).toEqual([{ tags: ['core', 'vip'], ispLink: true }, { tags: ['core', 'vip'], ispLink: false }, { tags: [], ispLink: undefined }]);
});

test('tags that are no words and links that are neither yes nor no are refused, each with its reason', async () => {
  const { report } = await read(`ip,tags,isp_link\n192.0.2.1,core!,\n192.0.2.2,,maybe\n192.0.2.3,${Array.from({ length: 21 }, (_, i) => `t${i}`).join(' ')},\n`);
  expect(report.failures.map(({ line, problem, message }) => [line, problem, message])).toEqual([
    [2, 'bad-value', 'A tag is a word of at most 40 letters, digits, hyphens and underscores.'],
    [3, 'bad-value', '"maybe" does not say whether the device is a link to an internet provider; write yes or no.'],
    [4, 'bad-value', 'A device carries at most 20 tags.'],
  ]);
});

describe('headers', () => {
  const cases: [string, string, Partial<NewDevice>][] = [
    ['case, spaces and underscores do not matter', 'Device Name,IP_ADDRESS,DEVICE-TYPE,Branch Name\nA,192.0.2.1,access point,B', { name: 'A', type: 'access-point', branch: 'B' }],
    ['"ip" wins over "address"', 'address,ip,name\nHigh Street 1,192.0.2.1,A', { name: 'A', location: null }],
    ['"hostname" is the name, "host" the address', 'hostname,host\nA,192.0.2.1', { name: 'A' }],
    ['the first of two equal columns counts', 'ip,name,name\n192.0.2.1,A,B', { name: 'A' }],
    ['Georgian words', 'სახელი;IP მისამართი;ტიპი;ფილიალი;რეგიონი\nკარი;192.0.2.1;ბანკომატი;თელავი;კახეთი', { name: 'კარი', type: 'atm', branch: 'თელავი', region: 'კახეთი' }],
    ['Russian words', 'Название;IP-адрес;Тип устройства;Филиал;Включено\nУзел;192.0.2.1;Маршрутизатор;Центр;нет', { name: 'Узел', type: 'router', branch: 'Центр', enabled: false }],
    ['blank lines and a separator line before the header', 'sep=;\n\n\nip;name\n192.0.2.1;A', { name: 'A' }],
    ['a column of full host names', 'name,fqdn\nA,192.0.2.1', { name: 'A' }],
    ['quoted headers with line breaks', '"IP\naddress",name\n192.0.2.1,A', { name: 'A' }],
  ];
  test.each(cases)('%s', async (_, text, expected) => {
    expect((await read(text)).devices).toEqual([{ ...NewDevice.parse({ address: '192.0.2.1' }), ...expected }]);
  });
});

describe('types', () => {
  const cases: [string, string | null][] = [
    ['Switch', 'switch'], ['AP', 'access-point'], ['Access_Point', 'access-point'], ['NVR', 'nvr'], ['PayBox', 'paybox'], ['Access Control', 'access-control'], ['UPS', 'ups'],
    ['Core router', 'router'], ['Camera', 'other'], ['', 'other'], ['-', 'other'], ['192.0.2.5', null], ['42', null],
  ];
  test.each(cases)('%j', async (cell, type) => {
    const { devices, report } = await read(`ip,type\n192.0.2.1,${cell}\n`);
    expect(devices[0]?.type ?? report.failures[0]?.problem).toBe(type ?? 'unknown-type');
  });
});

describe('rows that fail', () => {
  const cases: [string, string, (string | number)[][], string[]?][] = [
    ['no address', 'name,ip\nA,\n', [[2, 'address-missing']]],
    ['not an address', 'ip\n192.0.2.x\n192.0.2.300\n192.0.2.1/24\n010.1.1.1\nHigh Street 1\n-x\n', [[2, 'address-invalid'], [3, 'address-invalid'], [4, 'address-invalid'], [5, 'address-invalid'], [6, 'address-invalid'], [7, 'formula']]],
    ['the same address again', 'ip\n192.0.2.1\n192.0.2.2\n192.0.2.1\n192.0.2.1\n', [[4, 'duplicate-in-file'], [5, 'duplicate-in-file']]],
    ['the same IPv6 address in another spelling', 'ip\n2001:DB8::1\n2001:db8:0:0::0001\n', [[3, 'duplicate-in-file']]],
    ['the same host name in another spelling', 'ip\natm1.example\nATM1.Example.\n', [[3, 'duplicate-in-file']]],
    ['an address that is present', 'ip\n192.0.2.9\n2001:DB8::9\nATM1.example\n', [[2, 'already-present'], [3, 'already-present'], [4, 'already-present']], ['192.0.2.9', '2001:db8::9', 'atm1.example']],
    ['formulas', 'name,ip\n=1+1,192.0.2.1\n@SUM(A1),192.0.2.2\n+cmd|x,192.0.2.3\n-2+cmd,192.0.2.4\n"\tA",192.0.2.5\n', [[2, 'formula'], [3, 'formula'], [4, 'formula'], [5, 'formula'], [6, 'formula']]],
    ['numbers with a sign are not formulas', 'name,ip\n-12.5,192.0.2.1\n+995 (32) 212-34-56,192.0.2.2\n', []],
    ['a formula in a column that is left out does no harm', 'ip,serial\n192.0.2.1,=A1\n', []],
    ['too long', `name,ip\n${'x'.repeat(201)},192.0.2.1\n`, [[2, 'too-long']]],
    ['too few and too many cells', 'name,ip,branch\nA,192.0.2.1\nA,192.0.2.2,B,C\nA,192.0.2.3,B,\n', [[2, 'wrong-columns'], [3, 'wrong-columns']]],
    ['bad numbers', 'ip,interval,snmp port\n192.0.2.1,often,161\n192.0.2.2,0.5,161\n192.0.2.3,30,65536\n192.0.2.4,30,1.5\n', [[2, 'bad-number'], [3, 'bad-number'], [4, 'bad-number'], [5, 'bad-number']]],
    ['lines are those of the file, also after cells of several lines and blank ones', 'ip,notes\n192.0.2.1,"one\ntwo\nthree"\n\n,,\n,x\n192.0.2.x,"a\nb"\n192.0.2.y,', [[7, 'address-missing'], [8, 'address-invalid'], [10, 'address-invalid']]],
    ['the same with CRLF', 'ip,notes\r\n192.0.2.1,"one\r\ntwo"\r\n192.0.2.x,\r\n', [[4, 'address-invalid']]],
    ['the same with CR', 'ip,notes\r192.0.2.1,"one\rtwo"\r192.0.2.x,\r', [[4, 'address-invalid']]],
  ];
  test.each(cases)('%s', async (_, text, expected, known) => {
    // The row of the blank cells above has one cell too many, all of them empty.
    expect(await failures(text, known)).toEqual(expected);
  });

  test('shared addresses are taken when they are allowed', async () => {
    expect((await read('ip\n192.0.2.1\n192.0.2.1\n192.0.2.9\n', ['192.0.2.9'], true)).report).toMatchObject({ validCount: 3, failedCount: 0 });
  });

  test('the failure shows the row without its community', async () => {
    const { report } = await read('ip,community\n192.0.2.300,hush\n');
    expect(report.failures).toEqual([{ line: 2, problem: 'address-invalid', message: '"192.0.2.300" is neither an IP address nor a host name; write one such as 192.0.2.5 or atm1.example.', text: '192.0.2.300,•••' }]);
  });

  test('all are counted, the first 500 are told', async () => {
    const { report } = await read(`ip\n${'?\n'.repeat(700)}`);
    expect([report.rowCount, report.failedCount, report.failures.length]).toEqual([700, 700, 500]);
  });
});

describe('files that cannot be used', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ['empty', new Uint8Array(), /empty/],
    ['only blank lines', encode('\n\n  \n', 'utf-8', false), /empty/],
    ['no header', encode('Gate,192.0.2.1,Router\n', 'utf-8', false), /first line does not name the columns; .*"name,address,type,branch".* Found: "Gate", "192.0.2.1", "Router"\./],
    ['no address column', encode('name,branch\nA,B\n', 'utf-8', false), /No column holds the addresses; .* Found: "name", "branch"\./],
    ['header only', encode('name,ip\n', 'utf-8', false), /no rows/],
    ['an Excel workbook', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0), /Excel workbook.*save it as CSV first/],
    ['an old Excel workbook', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1), /Excel workbook; save it as CSV first/],
    ['text with a NUL', encode('ip\n192.0.2.1\u0000\n', 'utf-8', false), /not a text file/],
    ['UTF-16 cut in the middle of a character', encode('ip\n192.0.2.1\n', 'utf-16le', true).subarray(0, 21), /not a text file/],
    ['an open quote', encode('ip,name\n192.0.2.1,A\n192.0.2.2,"B\n192.0.2.3,C\n', 'utf-8', false), /past line 2: a quotation mark is opened and never closed/],
    ['more than 20,000 rows', encode(`ip\n${'192.0.2.1\n'.repeat(100_000)}`, 'utf-8', false), /more than 20,000 rows; split it/],
    ['too large', new Uint8Array(33 * 1024 * 1024), /larger than 32 MB; split it/],
  ];
  test.each(cases)('%s', async (_, bytes, sentence) => {
    expect(await refusal(bytes)).toMatch(sentence);
  });
});

test('the event loop turns while a large file is read', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `Device ${i},10.${i >> 16}.${(i >> 8) & 255}.${i & 255},router,Branch ${i % 90},East,public,161,10`);
  let turns = 0;
  const count = setInterval(() => turns++, 0);
  const { report } = await read(`name,ip,type,branch,region,community,snmp port,interval\n${rows.join('\n')}\n`);
  clearInterval(count);
  expect(report.validCount).toBe(20_000);
  expect(turns).toBeGreaterThan(5);
});

const cellText = (max: number) => fc.string({ unit: fc.constantFrom(...'abcXYZ 019,;|"\t\'()._–ЖяЮ'), maxLength: max }).map(text => text.trim()).filter(text => !/^[=@+\-–—'"]/.test(text));
const optional = (max: number) => cellText(max).map(text => text || null);
const notes = fc.array(cellText(20), { maxLength: 3 }).map(lines => lines.join('\n').trim() || null);
const address = fc.oneof(fc.ipV4(), fc.domain(), fc.ipV6().filter(text => !text.includes('.'))).filter(text => Address.safeParse(text).success);
const device = fc.record({
  name: cellText(40), address, type: fc.constantFrom(...deviceTypes), branch: optional(20), region: optional(20), vendor: optional(20), model: optional(20), location: optional(20), notes,
  intervalMs: fc.option(fc.integer({ min: 1_000, max: 3_600_000 })), timeoutMs: fc.option(fc.integer({ min: 100, max: 10_000 })), enabled: fc.boolean(), snmpCommunity: optional(20), snmpPort: fc.integer({ min: 1, max: 65_535 }),
});

test('whatever is printed as CSV is read back equal', async () => {
  const layout = fc.record({ encoding: fc.constantFrom<Encoding>('utf-8', 'utf-16le', 'utf-16be', 'windows-1251'), mark: fc.boolean(), delimiter: fc.constantFrom(',', ';', '\t', '|'), lineEnd: fc.constantFrom('\n', '\r\n', '\r'), quoteAll: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(device, { minLength: 1, maxLength: 12, selector: each => normaliseAddress(each.address) }), layout, async (devices, { encoding, mark, delimiter, lineEnd, quoteAll }) => {
      const print = (cell: string): string => (quoteAll || /[,;|\t"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
      const lines = [
        ['name', 'ip', 'type', 'branch', 'region', 'vendor', 'model', 'location', 'notes', 'interval ms', 'timeout ms', 'enabled', 'snmp community', 'snmp port'],
        ...devices.map(d => [d.name, d.address, d.type, d.branch, d.region, d.vendor, d.model, d.location, d.notes, d.intervalMs, d.timeoutMs, d.enabled, d.snmpCommunity, d.snmpPort].map(value => String(value ?? ''))),
      ];
      const text = lines.map(cells => cells.map(print).join(delimiter) + lineEnd).join('').replaceAll('\n', lineEnd === '\r' ? '\r' : '\n');
      const { report, devices: found } = await readInventory(encode(text, encoding, mark), new Set(), { allowSharedAddresses: false });
      expect(report.failures).toEqual([]);
      expect(found).toEqual(devices.map(each => NewDevice.parse(each)));
      expect(report.delimiter).toBe(delimiter);
      // Without a letter outside ASCII, Windows-1251 is UTF-8.
      if (encoding !== 'windows-1251') expect(report.encoding).toBe(encoding);
    }),
    { numRuns: 300 },
  );
});

test('no bytes bring about anything but a reading or a sentence', async () => {
  const withHeader = fc.tuple(fc.constantFrom('ip\n', 'name;ip\r\n', '"ip"\tname\n'), fc.string({ unit: fc.constantFrom(...'a1.:,;|"\t\r\n=é') })).map(([header, text]) => encode(header + text, 'utf-8', false));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 400 }), withHeader), async bytes => {
      const result: unknown = await readInventory(bytes, new Set(), { allowSharedAddresses: false }).catch((reason: unknown) => reason);
      expect(result instanceof AppError ? result.code : typeof result === 'object' && result !== null && 'report' in result).toBe(result instanceof AppError ? 'invalid-input' : true);
    }),
    { numRuns: 2_000 },
  );
});
