import { type Static, Type } from 'typebox';

// What crosses the wire in the Open Inference Protocol, version 2, and in the extensions that are spoken here.

const Parameters = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
  description: 'Further settings; those not known are passed over',
});
const Shape = Type.Array(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }), { maxItems: 16 });
const Datatype = Type.String({ description: 'BYTES, FP32 or INT32 here' });
const Data = Type.Array(Type.Unknown(), { description: 'Elements by rows, nested like the shape or flat' });

export const InferInput = Type.Object({
  name: Type.String(),
  shape: Shape,
  datatype: Datatype,
  parameters: Type.Optional(Parameters),
  data: Type.Optional(Data),
});
export type InferInput = Static<typeof InferInput>;

export const WantedOutput = Type.Object({
  name: Type.String(),
  parameters: Type.Optional(Parameters),
});
export type WantedOutput = Static<typeof WantedOutput>;

export const InferRequest = Type.Object(
  {
    id: Type.Optional(Type.String({ maxLength: 256, description: 'Comes back with the answer' })),
    parameters: Type.Optional(Parameters),
    inputs: Type.Array(InferInput, { maxItems: 16 }),
    outputs: Type.Optional(
      Type.Array(WantedOutput, { maxItems: 64, description: 'Left out or empty: all of them' }),
    ),
  },
  { $id: 'InferRequest' },
);
export type InferRequest = Static<typeof InferRequest>;

export const InferOutput = Type.Object({
  name: Type.String(),
  shape: Shape,
  datatype: Datatype,
  parameters: Type.Optional(Parameters),
  data: Type.Optional(Data),
});
export type InferOutput = Static<typeof InferOutput>;

export const InferResponse = Type.Object(
  {
    model_name: Type.String(),
    model_version: Type.String(),
    id: Type.Optional(Type.String()),
    outputs: Type.Array(InferOutput),
  },
  { $id: 'InferResponse' },
);
export type InferResponse = Static<typeof InferResponse>;

export const ServerMetadata = Type.Object(
  { name: Type.String(), version: Type.String(), extensions: Type.Array(Type.String()) },
  { $id: 'ServerMetadata' },
);
export type ServerMetadata = Static<typeof ServerMetadata>;

/** One tensor of a model; −1 in a shape stands for any number. */
export const TensorMetadata = Type.Object({
  name: Type.String(),
  datatype: Datatype,
  shape: Type.Array(Type.Integer({ minimum: -1 })),
});
export type TensorMetadata = Static<typeof TensorMetadata>;

export const ModelMetadata = Type.Object(
  {
    name: Type.String(),
    versions: Type.Array(Type.String()),
    platform: Type.String(),
    inputs: Type.Array(TensorMetadata),
    outputs: Type.Array(TensorMetadata),
    properties: Type.Record(Type.String(), Type.String()),
  },
  { $id: 'ModelMetadata' },
);
export type ModelMetadata = Static<typeof ModelMetadata>;

export const ModelReady = Type.Object({ name: Type.String(), ready: Type.Boolean() }, { $id: 'ModelReady' });
export type ModelReady = Static<typeof ModelReady>;

export const ServerHealth = Type.Object(
  { live: Type.Literal(true), ready: Type.Optional(Type.Literal(true)) },
  { $id: 'ServerHealth' },
);
export type ServerHealth = Static<typeof ServerHealth>;

const Spent = Type.Object({
  count: Type.Integer({ minimum: 0 }),
  ns: Type.Integer({ minimum: 0, description: 'Nanoseconds, all together' }),
});

export const ModelStatistics = Type.Object(
  {
    model_stats: Type.Array(
      Type.Object({
        name: Type.String(),
        version: Type.String(),
        last_inference: Type.Integer({ description: 'Milliseconds since 1970; 0 for never' }),
        inference_count: Type.Integer({ minimum: 0, description: 'Pictures' }),
        execution_count: Type.Integer({ minimum: 0, description: 'Requests' }),
        inference_stats: Type.Object({
          success: Spent,
          fail: Spent,
          queue: Spent,
          compute_input: Spent,
          compute_infer: Spent,
          compute_output: Spent,
        }),
      }),
    ),
  },
  { $id: 'ModelStatistics' },
);
export type ModelStatistics = Static<typeof ModelStatistics>;
