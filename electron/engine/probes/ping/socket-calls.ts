/** The calls on sockets that every Unix has, from the system's C library. Addresses of memory are plain numbers. */
import type koffi from 'koffi';

export type SocketCalls = {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly close: (fd: number) => number;
  readonly setsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: number) => number;
  readonly getsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array) => number;
  readonly sendto: (fd: number, bytes: number, length: number, flags: number, address: number, addressLength: number) => number;
  readonly clock_gettime: (clock: number, time: number) => number;
};

export function socketCalls(library: ReturnType<typeof koffi.load>): SocketCalls {
  return {
    socket: library.func('int socket(int, int, int)'),
    close: library.func('int close(int)'),
    setsockopt: library.func('int setsockopt(int, int, int, void*, uint)'),
    getsockopt: library.func('int getsockopt(int, int, int, void*, void*)'),
    sendto: library.func('sendto', 'long', ['int', 'uintptr_t', 'size_t', 'int', 'uintptr_t', 'uint']),
    clock_gettime: library.func('clock_gettime', 'int', ['int', 'uintptr_t']),
  };
}
