/** The ICMP functions of Windows (iphlpapi.dll), which need no administrator. Written to their documentation; not run on Windows so far. */
import koffi from 'koffi';
import { ipAddr } from './windows-echo.ts';
import type { WindowsIcmp } from './windows-engine.ts';

const invalidHandle = -1;
/** ERROR_IO_PENDING: under way. */
const pending = 997;

type Win32 = {
  readonly icmpCreateFile: () => number;
  readonly icmp6CreateFile: () => number;
  readonly icmpCloseHandle: (handle: number) => number;
  readonly icmpSendEcho2: (handle: number, event: number, apc: number, context: number, destination: number, data: number, size: number, options: number, reply: number, replySize: number, timeoutMs: number) => number;
  readonly icmp6SendEcho2: (handle: number, event: number, apc: number, context: number, source: number, destination: number, data: number, size: number, options: number, reply: number, replySize: number, timeoutMs: number) => number;
  readonly icmpParseReplies: (reply: number, size: number) => number;
  readonly icmp6ParseReplies: (reply: number, size: number) => number;
  readonly createEvent: (security: number, manualReset: number, initialState: number, name: number) => number;
  readonly waitForSingleObject: (handle: number, milliseconds: number) => number;
  readonly closeHandle: (handle: number) => number;
  readonly getLastError: () => number;
};

function win32(): Win32 {
  const iphlpapi = koffi.load('iphlpapi.dll');
  const kernel32 = koffi.load('kernel32.dll');
  const sendTail = ['uintptr_t', 'uint16', 'uintptr_t', 'uintptr_t', 'uint32', 'uint32'] as const;
  return {
    icmpCreateFile: iphlpapi.func('IcmpCreateFile', 'intptr_t', []),
    icmp6CreateFile: iphlpapi.func('Icmp6CreateFile', 'intptr_t', []),
    icmpCloseHandle: iphlpapi.func('IcmpCloseHandle', 'int', ['intptr_t']),
    icmpSendEcho2: iphlpapi.func('IcmpSendEcho2', 'uint32', ['intptr_t', 'intptr_t', 'uintptr_t', 'uintptr_t', 'uint32', ...sendTail]),
    icmp6SendEcho2: iphlpapi.func('Icmp6SendEcho2', 'uint32', ['intptr_t', 'intptr_t', 'uintptr_t', 'uintptr_t', 'uintptr_t', 'uintptr_t', ...sendTail]),
    icmpParseReplies: iphlpapi.func('IcmpParseReplies', 'uint32', ['uintptr_t', 'uint32']),
    icmp6ParseReplies: iphlpapi.func('Icmp6ParseReplies', 'uint32', ['uintptr_t', 'uint32']),
    createEvent: kernel32.func('CreateEventW', 'intptr_t', ['uintptr_t', 'int', 'int', 'uintptr_t']),
    waitForSingleObject: kernel32.func('WaitForSingleObject', 'uint32', ['intptr_t', 'uint32']),
    closeHandle: kernel32.func('CloseHandle', 'int', ['intptr_t']),
    getLastError: kernel32.func('GetLastError', 'uint32', []),
  };
}

/** Opens both kinds of handle and the event that all requests share; the system's error number when it refuses. */
export function openWindowsIcmp(): WindowsIcmp | { readonly refusedBy: string } {
  const api = win32();
  const refusal = (what: string): { readonly refusedBy: string } => ({ refusedBy: `${what}: error ${api.getLastError()}` });
  const four = api.icmpCreateFile();
  if (four === invalidHandle) return refusal('IcmpCreateFile');
  const six = api.icmp6CreateFile();
  const event = api.createEvent(0, 0, 0, 0);
  if (event === 0) return refusal('CreateEventW');
  return {
    send: (family, address, { memory, at, layout }, payloadBytes, withOptions, timeoutMs) => {
      const base = memory.address + at;
      const tail = [base + layout.requestAt, payloadBytes, withOptions ? base + layout.optionsAt : 0, base, layout.replyBytes, timeoutMs] as const;
      const started = family === 4
        ? api.icmpSendEcho2(four, event, 0, 0, ipAddr(address), ...tail)
        : api.icmp6SendEcho2(six, event, 0, 0, base + layout.sourceAt, base + layout.destinationAt, ...tail);
      const error = started === 0 ? api.getLastError() : pending;
      return error === pending ? null : error;
    },
    parse: (family, { memory, at, layout }) => (family === 4 ? api.icmpParseReplies : api.icmp6ParseReplies)(memory.address + at, layout.replyBytes),
    wait: forMs => void api.waitForSingleObject(event, forMs),
    close: () => {
      for (const handle of [four, six]) if (handle !== invalidHandle) api.icmpCloseHandle(handle);
      api.closeHandle(event);
    },
  };
}
