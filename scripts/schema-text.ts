/** Prints a JSON schema the way a TypeScript programmer reads it. */

/** The part of JSON schema that zod writes for our contract. */
export type Schema = {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
};

/** The shape as one type expression; objects over several lines when they have more than two fields. */
export function inline(schema: Schema, indent = ''): string {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/$defs/', '');
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map(option => inline(option, indent)))].join(' | ');
  if (schema.properties) return object(schema, indent);
  if (schema.items) return list(inline(schema.items, indent));
  if (typeof schema.additionalProperties === 'object') return `Record<string, ${inline(schema.additionalProperties, indent)}>`;
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  return typeof schema.type === 'string' ? schema.type.replace('integer', 'number').replace('object', '{}') : 'unknown';
}

/** A named shape in full: each field on its own line, with its limits and default beside it. */
export const fields = (schema: Schema): string => {
  const limits = remark(schema);
  return inline(schema) + (limits ? `  // ${limits}` : '');
};

const list = (item: string): string => (/[ |{]/.test(item) ? `Array<${item}>` : `${item}[]`);

function object({ properties = {}, required = [] }: Schema, indent: string): string {
  const names = Object.keys(properties);
  if (names.length === 0) return '{}';
  const lines = Object.entries(properties).map(([name, schema]) => {
    const limits = remark(schema);
    return { text: `${name}${required.includes(name) ? '' : '?'}: ${inline(schema, `${indent}  `)}`, limits };
  });
  const plain = lines.every(line => line.limits === '' && !line.text.includes('\n'));
  if (plain && lines.length <= 2) return `{ ${lines.map(line => line.text).join(', ')} }`;
  return `{\n${lines.map(line => `${indent}  ${line.text}${line.limits ? `  // ${line.limits}` : ''}`).join('\n')}\n${indent}}`;
}

/** Limits and default of a value, as short words; empty when there are none. */
function remark(schema: Schema): string {
  const inner = schema.anyOf?.find(option => option.type !== 'null') ?? schema;
  const words = [
    inner.type === 'integer' ? 'whole' : undefined,
    inner.format,
    span(inner.minimum, inner.maximum, ''),
    span(inner.minLength, inner.maxLength, ' characters'),
    span(inner.minItems, inner.maxItems, ' items'),
    'default' in schema ? `default ${JSON.stringify(schema.default)}` : undefined,
  ];
  return words.filter(word => word !== undefined).join(', ');
}

function span(low: number | undefined, high: number | undefined, unit: string): string | undefined {
  // What every integer satisfies is not a limit.
  const from = low === undefined || low === Number.MIN_SAFE_INTEGER ? undefined : low;
  const to = high === undefined || high === Number.MAX_SAFE_INTEGER ? undefined : high;
  if (from === undefined) return to === undefined ? undefined : `at most ${to}${unit}`;
  return to === undefined ? `at least ${from}${unit}` : `${from} to ${to}${unit}`;
}
