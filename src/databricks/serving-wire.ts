import { z } from 'zod';

/** Answers of the serving API, as far as they are read. Unknown fields of entities are kept: they are sent back. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const integer = z.union([z.number(), z.string().regex(/^\d+$/)]).transform(Number);

const servedEntity = z.looseObject({
  name: text,
  entity_name: text,
  /** Always text in the API; a number is taken as well. */
  entity_version: z
    .union([z.string(), z.number()])
    .nullish()
    .transform((value) => (value == null ? '' : String(value))),
  state: z.looseObject({ deployment: text, deployment_state_message: text }).nullish(),
});
export type ServedEntityWire = z.infer<typeof servedEntity>;

const servedModel = z.looseObject({
  name: text,
  model_name: text,
  model_version: z
    .union([z.string(), z.number()])
    .nullish()
    .transform((value) => (value == null ? '' : String(value))),
  state: z.looseObject({ deployment: text, deployment_state_message: text }).nullish(),
});

const route = z.looseObject({
  served_entity_name: text,
  served_model_name: text,
  /** Old answers carry the percentage as text. */
  traffic_percentage: z
    .union([z.number(), z.string()])
    .nullish()
    .transform((value) => Number(value ?? 0)),
});

const configWire = z.looseObject({
  config_version: integer.nullish(),
  served_entities: z.array(servedEntity).nullish(),
  served_models: z.array(servedModel).nullish(),
  traffic_config: z.looseObject({ routes: z.array(route).nullish() }).nullish(),
  auto_capture_config: z.record(z.string(), z.unknown()).nullish(),
});
export type ConfigWire = z.infer<typeof configWire>;

export const endpointWire = z.looseObject({
  name: z.string(),
  id: text,
  creator: text,
  permission_level: z.string().nullish(),
  route_optimized: z.boolean().nullish(),
  state: z.looseObject({ ready: text, config_update: text, update_state: text, suspend: text }).nullish(),
  config: configWire.nullish(),
  pending_config: configWire.nullish(),
  tags: z
    .array(z.looseObject({ key: z.string(), value: text }))
    .nullish()
    .transform((rows) => Object.fromEntries((rows ?? []).map((row) => [row.key, row.value]))),
  ai_gateway: z.looseObject({ fallback_config: z.looseObject({ enabled: z.boolean().nullish() }).nullish() }).nullish(),
});
export type EndpointWire = z.infer<typeof endpointWire>;

export const endpointListWire = z.looseObject({
  endpoints: z
    .array(z.looseObject({ name: z.string(), id: text, creator: text }))
    .nullish()
    .transform((rows) => rows ?? []),
});

export const logsWire = z.looseObject({ logs: text });

export const tagsWire = z.unknown();
