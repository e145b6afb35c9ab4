/** Structured clone as text: what a DevTools message can carry between the main process and a page. */

export type Codec = { encode(value: unknown): string; decode(text: string): unknown };

/**
 * Self-contained: its source is also put into pages, so it may use nothing from outside.
 * Plain JSON values, which is nearly everything, cost one look and one JSON.stringify; a text that begins with `t` has tagged values.
 * `encode` throws DataCloneError for functions, symbols, promises and cycles.
 */
export function makeCodec(): Codec {
  type Tagged = { readonly $: string; readonly v?: unknown; readonly more?: unknown };
  const arrays = { Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array };
  const deepest = 200;

  const refuse = (what: string): never => {
    throw new DOMException(`${what} could not be cloned.`, 'DataCloneError');
  };

  function isPlain(value: unknown, depth: number): boolean {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
    if (typeof value === 'number') return Number.isFinite(value) && (value !== 0 || 1 / value > 0);
    if (typeof value !== 'object' || depth > deepest) return false;
    if (Array.isArray(value)) {
      for (const item of value) if (!isPlain(item, depth + 1)) return false;
      return true;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
    if ('toJSON' in value || '$' in value) return false;
    for (const item of Object.values(value)) if (!isPlain(item, depth + 1)) return false;
    return true;
  }

  function toBase64(bytes: Uint8Array): string {
    let text = '';
    for (let i = 0; i < bytes.length; i += 32_768) text += String.fromCharCode(...bytes.subarray(i, i + 32_768));
    return btoa(text);
  }
  const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

  function tag(value: unknown, inside: ReadonlySet<unknown>): unknown {
    switch (typeof value) {
      case 'undefined':
        return { $: 'undefined' };
      case 'bigint':
        return { $: 'bigint', v: String(value) };
      case 'number':
        return isPlain(value, 0) ? value : { $: 'number', v: Object.is(value, -0) ? '-0' : String(value) };
      case 'function':
      case 'symbol':
        return refuse(`A ${typeof value}`);
      case 'object':
        break;
      default:
        return value;
    }
    if (value === null) return null;
    if (inside.has(value)) return refuse('A value that contains itself');
    const within = new Set(inside).add(value);
    const each = (item: unknown): unknown => tag(item, within);
    if (Array.isArray(value)) return Array.from(value, each);
    if (value instanceof Date) return { $: 'date', v: value.getTime() };
    if (value instanceof Map) return { $: 'map', v: Array.from(value, ([key, item]) => [each(key), each(item)]) };
    if (value instanceof Set) return { $: 'set', v: Array.from(value, each) };
    if (value instanceof RegExp) return { $: 'regexp', v: value.source, more: value.flags };
    if (value instanceof Error) return { $: 'error', v: value.message, more: { name: value.name, stack: value.stack ?? '' } };
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: toBase64(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) return { $: 'array', v: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)), more: Object.prototype.toString.call(value).slice(8, -1) };
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (kind !== 'Object') return refuse(`#<${kind}>`);
    const fields = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, each(item)]));
    return '$' in fields ? { $: 'object', v: fields } : fields;
  }

  function untag(value: unknown): unknown {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(untag);
    const fields = (from: unknown): unknown => Object.fromEntries(Object.entries(from as object).map(([key, item]) => [key, untag(item)])); // Written by `tag`.
    if (!('$' in value)) return fields(value);
    const { $: kind, v, more } = value as Tagged; // `tag` hides a `$` of the value's own.
    const list = (): unknown[] => (v as unknown[]).map(untag); // Map and set were written as lists.
    const text = String(v);
    switch (kind) {
      case 'undefined':
        return undefined;
      case 'bigint':
        return BigInt(text);
      case 'number':
        return Number(text);
      case 'date':
        return new Date(Number(v));
      case 'map':
        return new Map(list() as [unknown, unknown][]); // Written as pairs.
      case 'set':
        return new Set(list());
      case 'regexp':
        return new RegExp(text, String(more));
      case 'error':
        return Object.assign(new Error(text), more);
      case 'buffer':
        return fromBase64(text).buffer;
      case 'array':
        return new arrays[more as keyof typeof arrays](fromBase64(text).buffer); // Only views of these kinds exist; a DataView fails here.
      default:
        return fields(v);
    }
  }

  return {
    encode: value => (isPlain(value, 0) ? `j${JSON.stringify(value)}` : `t${JSON.stringify(tag(value, new Set()))}`),
    decode: text => {
      const value: unknown = JSON.parse(text.slice(1));
      return text.startsWith('j') ? value : untag(value);
    },
  };
}
